"""Before an image can be built, something has to make what its Dockerfile copies: the pages say what."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))
import making

REPO = Path(__file__).parents[3]
LESSONS = [item["path"] for item in json.loads((REPO / "more" / "structure.json").read_text())["items"]]
BUILT = [
    (root, image, folder)
    for root in (REPO, *(REPO / "more" / lesson for lesson in LESSONS))
    for page in sorted(root.glob("step*.md"))
    for image, folder in re.findall(r"scripts/build-image\.sh (\S+) (\w+)", page.read_text(encoding="utf-8"))
    if (root / "assets" / folder / "Dockerfile").is_file()
]


@pytest.mark.parametrize(("root", "image", "folder"), BUILT, ids=[f"{r.name}-{i}" for r, i, _ in BUILT])
def test_what_the_pages_build_is_complete_or_the_pages_say_what_makes_it(
    root: Path, image: str, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCENARIO_DIR", str(root))
    asset = root / "assets" / folder
    first = making.first(asset)
    assert bool(first) == bool(making.missing(asset))
    pages = "\n".join(page.read_text(encoding="utf-8") for page in sorted(root.glob("step*.md")))
    assert f"\n{first}\n" in pages or not first
    assert not first or pages.index(first) < pages.index(f"build-image.sh {image}")


def test_build_names_what_is_missing_and_the_command(tmp_path: Path) -> None:
    folder = tmp_path / "flowers"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM x\nCOPY --from=y a b\nCOPY V1.py v1.joblib ./\nCOPY *.txt .\n")
    (folder / "V1.py").touch()
    (tmp_path / "step1.md").write_text("```\npython flowers/train.py  \n```{{execute}}\n")
    env = {**os.environ, "SCENARIO_DIR": str(tmp_path)}
    words = [sys.executable, str(REPO / "scripts" / "making.py"), "flowers"]
    said = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, check=True).stdout
    assert said == "flowers/v1.joblib\npython flowers/train.py\n"
    (folder / "v1.joblib").touch()
    assert subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, check=True).stdout == ""
    # No command makes a program: the Dockerfile is that of another class.
    (folder / "V1.py").unlink()
    said = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, check=True).stdout
    assert said == "flowers/V1.py\n\n"
