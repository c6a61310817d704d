"""Tests of pages wait for the state they mean: none reads once what a busy machine shows a moment later."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

BROWSER = Path(__file__).parents[1] / "browser"
# What Playwright gives as it is now, and the sleep that makes it right only nearly always.
ONCE = {
    "all_inner_texts", "all_text_contents", "bounding_box", "box", "count", "evaluate", "evaluate_all", "findings",
    "get_attribute", "inner_html", "inner_text", "input_value", "is_checked", "is_disabled", "is_editable",
    "is_enabled", "is_hidden", "is_visible", "sleep", "text_content", "title", "wait_for_timeout",
    # Asks once, and then fails: the page's policy lets nobody make code from text.
    "wait_for_function",
}  # fmt: skip


def read_once(source: str) -> list[str]:
    """Where tests use what was read outside of `eventually`, themselves or by a function of the file, or sleep."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    reading: set[str] = set(ONCE)
    while more := {each.name for each in functions if readings(each, reading)} - reading:
        reading |= more
    tests = [each for each in functions if each.name.startswith("test_")]
    return [f"{call.lineno}: {name(call)}" for test in tests for call in readings(test, reading)]


def readings(function: ast.FunctionDef, reading: set[str]) -> list[ast.Call]:
    """The calls that read, but for those in `eventually`, and `evaluate` for its effect alone, which uses no value."""
    allowed: set[ast.AST] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and name(node) == "eventually":
            allowed.update(ast.walk(node))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and name(node.value) == "evaluate":
            allowed.add(node.value)
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call) and node not in allowed]
    return [call for call in calls if name(call) in reading and not is_of_a_string(call)]


def name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def is_of_a_string(call: ast.Call) -> bool:
    """"text".count("x"), which Playwright's has no argument for."""
    return name(call) == "count" and bool(call.args)


@pytest.mark.parametrize("test", sorted(BROWSER.glob("test_*.py")), ids=lambda path: path.name)
def test_browser_tests_wait_for_what_they_mean(test: Path) -> None:
    assert read_once(test.read_text()) == [], "use expect of Playwright, or eventually of tests/browser/steps.py"


@pytest.mark.parametrize(
    "line",
    [
        'assert page.locator("#a").bounding_box()["width"] == 440', 'shown = page.locator("#a").inner_text()',
        'assert page.evaluate("1") == 1', "assert page.locator('#a').count() == 1", "page.wait_for_timeout(500)",
    ],
)  # fmt: skip
def test_reading_once_is_seen(line: str) -> None:
    assert len(read_once(f"def test_page(page):\n    {line}")) == 1


@pytest.mark.parametrize(
    "line",
    [
        'eventually(page, lambda: page.evaluate("1"), lambda value: value == 1)', 'page.evaluate("scrollTo(0, 0)")',
        'assert everything(page).count("waiting") == 2', 'expect(page.locator("#a")).to_have_count(1)',
    ],
)  # fmt: skip
def test_waiting_is_not_reading_once(line: str) -> None:
    assert read_once(f"def test_page(page):\n    {line}") == []


def test_reading_in_a_function_of_the_file_is_seen() -> None:
    source = "def shown(page):\n    return page.inner_text()\ndef test_page(page):\n    "
    assert read_once(source + 'assert shown(page) == "x"') == ["4: shown"]
    assert read_once(source + 'eventually(page, lambda: shown(page), lambda text: text == "x")') == []
