"""Parts depend in one direction: content uses scripts, scripts use airgap and standin, handrail reads content."""

import ast
import re
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
PARTS = {
    "handrail": REPO / "src" / "handrail",
    "airgap": REPO / "airgap",
    "seldon_standin": REPO / "standin" / "seldon_standin",
}


def imported_packages(source: Path) -> set[str]:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    packages = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            packages |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            packages.add(node.module.split(".")[0])
    return packages


@pytest.mark.parametrize("part", PARTS)
def test_part_imports_no_other_part(part: str) -> None:
    others = set(PARTS) - {part}
    sources = list(PARTS[part].rglob("*.py"))
    assert sources
    found = {str(source.relative_to(REPO)): imported_packages(source) & others for source in sources}
    assert not {source: names for source, names in found.items() if names}


@pytest.mark.parametrize(
    ("part", "words"),
    [("handrail", r"seldon|kind (create|load)|helm (install|upgrade)"), ("airgap", r"seldon|handrail\.")],
)
def test_part_does_not_mention_what_it_must_not_know(part: str, words: str) -> None:
    found = [
        f"{source.relative_to(REPO)}:{number}: {line.strip()}"
        for source in PARTS[part].rglob("*.py")
        for number, line in enumerate(source.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(words, line, re.IGNORECASE)
    ]
    assert not found
