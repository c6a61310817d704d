"""No module over 300 lines and no function over 60."""

import ast
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
FOLDERS = ["airgap", "standin"]


def too_long(source: Path) -> list[str]:
    text = source.read_text(encoding="utf-8")
    found = [f"{source}: {lines} lines"] if (lines := len(text.splitlines())) > 300 else []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            found += [f"{source}:{node.lineno}: {node.name} has {length} lines"] if length > 60 else []
    return found


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_module_and_no_function_is_too_long(folder: str) -> None:
    sources = sorted((REPO / folder).rglob("*.py"))
    assert len(sources) > 10
    assert not [found for source in sources for found in too_long(source)]


def test_what_is_too_long_is_seen(tmp_path: Path) -> None:
    source = tmp_path / "long.py"
    source.write_text("def short():\n    pass\n\n\nasync def long():\n" + "    pass\n" * 296)
    assert too_long(source) == [f"{source}: 301 lines", f"{source}:5: long has 297 lines"]
