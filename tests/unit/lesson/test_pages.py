"""The pages, scripts and manifests of the lesson fit together."""

import json
import re
from pathlib import Path

import pytest
import yaml

REPO = Path(__file__).parents[3]
PAGES = ["step1.md", "step2.md", "step3.md", "step4.md", "finish.md"]


@pytest.mark.parametrize("page", PAGES)
def test_scripts_named_on_page_exist_and_can_be_run(page: str) -> None:
    text = (REPO / page).read_text(encoding="utf-8")
    named = re.findall(r"(source )?(?<![\w/])(scripts/[\w-]+\.sh)", text)
    assert named
    for sourced, name in named:
        script = REPO / name
        assert script.exists(), name
        # What is sourced must not be run by itself: it would change the wrong shell.
        assert bool(script.stat().st_mode & 0o111) != bool(sourced), name


@pytest.mark.parametrize("page", PAGES)
def test_page_has_a_reason_before_each_command(page: str) -> None:
    lines = (REPO / page).read_text(encoding="utf-8").splitlines()
    opened = [n for n, line in enumerate(lines) if line.startswith("```bash")]
    assert opened
    for number in opened:
        before = next(line for line in reversed(lines[:number]) if line and not line.startswith("<!--"))
        assert not before.startswith(("#", "```")), f"{page}:{number + 1} has no sentence before it"


def test_manifest_runs_the_image_that_the_page_builds() -> None:
    manifest = yaml.safe_load((REPO / "manifests" / "iris.yaml").read_text(encoding="utf-8"))
    predictor = manifest["spec"]["predictors"][0]
    container = predictor["componentSpecs"][0]["spec"]["containers"][0]
    built = re.search(r"scripts/build-image\.sh (\S+) model", (REPO / "step2.md").read_text(encoding="utf-8"))
    assert built is not None
    assert container["image"] == f"localhost/{built[1]}"
    assert container["name"] == predictor["graph"]["name"]


def test_image_and_lesson_python_have_the_same_versions() -> None:
    locked = (REPO / "scripts" / "lesson.lock").read_text(encoding="utf-8")
    wanted = (REPO / "assets" / "model" / "requirements.txt").read_text(encoding="utf-8").split()
    pinned = [requirement for requirement in wanted if "==" in requirement]
    assert pinned
    for requirement in pinned:
        assert f"\n{requirement} " in f"\n{locked}", requirement


def test_index_names_files_that_exist() -> None:
    index = json.loads((REPO / "index.json").read_text(encoding="utf-8"))
    details = index["details"]
    for page in [details["intro"], *details["steps"], details["finish"]]:
        for key in ("text", "foreground", "background", "verify"):
            assert key not in page or (REPO / page[key]).is_file(), page[key]
    assert details["steps"]
    assert details["assets"]["host01"]
    for asset in details["assets"]["host01"]:
        assert list((REPO / "assets").glob(asset["file"])), asset["file"]
    assert (REPO / index["handrail"]["cleanup"]).is_file()
    assert {(REPO / carried).exists() for carried in index["handrail"]["carry"]} == {True}
