"""Properties that hold for any input, by hypothesis: nothing raises, text is exact, HTML is safe, exports read back."""

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.export.cli import export
from handrail.export.compare import differences
from handrail.lint.engine import lint_scenario
from handrail.lint.fix import mend_page
from handrail.markdown.api import parse, render
from handrail.markdown.placeholders import LocalPorts, find, substitute
from handrail.problems import ScenarioError
from handrail.scenario.json_problems import Locator
from handrail.scenario.json_problems import parse as parse_json
from handrail.scenario.reader import load

from .safe_html import blocks_of_safe

# In CI the same examples every time: a change is to blame for what fails there. By hand others each time.
SAME = "CI" in os.environ
quick = settings(max_examples=120, deadline=None, derandomize=SAME)
few = settings(max_examples=25, deadline=None, derandomize=SAME)

# Text that looks like pages: pieces of the format in any order, with anything between them.
PIECES = [
    "`", "``", "```", "````", "~~~", "{{exec}}", "{{execute T2}}", "{{copy}}", "{{}}", "{{", "}}", "\n", "\n\n", "    ",
    "- ", "1. ", "> ", "| a | b |\n|---|---|\n", "#", "# ", "ls -l", "<details>", "<summary>",
    "</summary>", "</details>",
    '<pre class="file" data-filename="a" data-target="append">', "</pre>", "<script>", "</script>", "<!--", "-->",
    "<!-- handrail: skip -->", '<a href="javascript:alert(1)">', "<img src=x onerror=y>", ">>Q<<", "\n(*) a\n( ) b\n",
    "=== x", "[[HOST_SUBDOMAIN]]-80-[[KATACODA_HOST]]", "{{TRAFFIC_HOST1_80}}", "![x](y.png)", "[x](javascript:a)",
    "\\", "*", "_", "[", "](", "&lt;", "\t", "\r\n", "\0", "\u2028", "<", ">", '"', "'", 'data-block="step1-1"',
    '<svg onload="x">', "<style>", "<textarea>", '<div class="hr-block" data-block="step1-1">', "<b title='",
]  # fmt: skip
pages = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=40).map("".join)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@quick
@given(pages)
def test_any_page_is_shown_safely_with_each_block_once(page: str) -> None:
    made = render(page, "step1", placeholders=LocalPorts())
    assert sorted(blocks_of_safe(made.html)) == sorted(block.id for block in made.blocks)


@quick
@given(pages)
def test_a_quick_parse_agrees_with_a_whole_one(page: str) -> None:
    full, fast = parse(page, "p", whole=True), parse(page, "p")
    assert (fast.blocks, fast.problems, fast.braces, fast.quizzes, fast.images, fast.odd_html) == (
        full.blocks,
        full.problems,
        full.braces,
        full.quizzes,
        full.images,
        full.odd_html,
    )


# Lines of code that cannot be taken for the fence itself.
code_lines = st.text(st.characters(exclude_characters="\r\n\0\ufeff", exclude_categories=["Cs"]), max_size=30).filter(
    lambda line: "~~~" not in line
)


@quick
@given(st.lists(code_lines, min_size=1, max_size=8), st.sampled_from(["", "  ", "   "]))
def test_text_of_a_fence_survives_exactly(lines: list[str], indent: str) -> None:
    body = "\n".join(indent + line for line in lines)
    page = f"{indent}~~~~\n{body}\n{indent}~~~~{{{{exec}}}}\n"
    assert [block.text for block in render(page, "p").blocks] == ["\n".join(lines)]


@quick
@given(code_lines.filter(lambda line: "`" not in line and line.strip()))
def test_text_of_a_span_survives_exactly(code: str) -> None:
    (block,) = render(f"x ` {code} `{{{{exec}}}}", "p").blocks
    assert block.text == code


@quick
@given(st.text(max_size=60) | json_values.map(lambda value: json.dumps(value)))
def test_any_text_is_json_or_an_error_with_a_place(text: str) -> None:
    try:
        value, _ = parse_json(text, "index.json")
    except ScenarioError as error:
        problem = error.problem
        assert 1 <= problem.line <= text.count("\n") + 1
        assert problem.column >= 1
        assert problem.remedy
    else:
        assert value == json.loads(text)


blanks = st.text(" \t\n\r", max_size=4)


@quick
@given(json_values, json_values, json_values, st.lists(blanks, min_size=8, max_size=8))
def test_a_value_is_found_where_it_stands(first: Any, other: Any, value: Any, gaps: list[str]) -> None:
    before = ['{"z":', json.dumps(other), ',"a":', "[", json.dumps(first), ",", '{"b":']
    head = "".join(part + gap for part, gap in zip(before, gaps, strict=False))
    text = head + json.dumps(value) + gaps[-1] + "}]}"
    lines = head.split("\n")
    assert Locator(text).locate(("a", 1, "b")) == (len(lines), len(lines[-1]) + 1)


@quick
@given(st.text(max_size=40) | st.sampled_from(PIECES))
def test_placeholders_never_overlap(text: str) -> None:
    text = text * 2 + "[[HOST1_IP]]" + text
    at = 0
    for found in find(text):
        assert at <= found.start < found.end
        at = found.end
    assert at, "the text has one in any case"
    assert substitute(text, {}) == text


@quick
@given(pages)
def test_mending_twice_is_mending_once(page: str) -> None:
    once = mend_page(page)
    assert mend_page(once) == once


KEYS = ["title", "details", "steps", "intro", "finish", "text", "verify", "assets", "host01", "file", "target", "chmod",
        "environment", "dashboards", "terminals", "backend", "imageid", "port", "handrail", "carry"]  # fmt: skip
index_like: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["a.md", "../x", "/etc/passwd", "**", "~/", "+x", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=25,
)


@few
@given(st.dictionaries(st.sampled_from(KEYS), index_like, max_size=8))
def test_any_index_is_read_and_linted(index: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "index.json").write_text(json.dumps(index))
        (root / "a.md").write_text("`ls`{{exec}}\n")
        assert load(root).root == root
        for problem in lint_scenario(root):
            assert not problem.path.startswith(("/", ".."))


NAMES = st.text("abcxyz", min_size=1, max_size=5)
words = st.text("abc `{}*_<>[]\n", max_size=20)
steps = st.lists(st.tuples(pages, words, st.booleans()), min_size=1, max_size=3)


@few
@given(steps, st.dictionaries(NAMES, st.binary(max_size=10), max_size=3), st.sampled_from(["killercoda", "katacoda"]))
def test_a_generated_scenario_reads_back_from_its_export(
    steps: list[tuple[str, str, bool]], assets: dict[str, bytes], platform: Any
) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder) / "s"
        (root / "assets").mkdir(parents=True)
        (root / "tools").mkdir()
        (root / "tools" / "t.sh").write_text("echo\n")
        index: dict[str, Any] = {"title": "T", "details": {"steps": []}, "backend": {"imageid": "ubuntu"}}
        for number, (page, script, old) in enumerate(steps):
            (root / f"{number}.md").write_bytes(page.encode("utf-8", "replace"))
            (root / f"{number}.sh").write_text(script)
            key = "code" if old else "foreground"
            index["details"]["steps"].append({"title": "X", "text": f"{number}.md", key: f"{number}.sh"})
        for name, content in assets.items():
            (root / "assets" / name).write_bytes(content)
        if assets:
            index["details"]["assets"] = {"host01": [{"file": "*", "target": "/opt", "chmod": "+x"}]}
        index["handrail"] = {"carry": ["tools"]}
        (root / "index.json").write_text(json.dumps(index))
        scenario = load(root)
        export(scenario, Path(folder) / "out", platform)
        assert list(differences(scenario, load(Path(folder) / "out"))) == []
