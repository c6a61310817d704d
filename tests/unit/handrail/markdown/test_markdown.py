"""Pages: the corpus' HTML, exact text of blocks, edits of files, quizzes, placeholders, time."""

import gc
import json
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from handrail.markdown.api import MarkerMissing, apply_file_action, parse, render
from handrail.markdown.blocks import Block
from handrail.markdown.placeholders import LocalPorts, substitute
from handrail.scenario.safe_paths import PAGE_LIMIT

from ..corpus_case import case_folders, pages
from ..safe_html import blocks_of_safe

HTML_CASES = [folder for folder in case_folders() if list(folder.glob("*.html"))]


@pytest.mark.parametrize("folder", HTML_CASES, ids=lambda folder: folder.name)
def test_corpus_page_is_shown_as_expected(folder: Path) -> None:
    assert pages(folder) == {file.name: file.read_text() for file in folder.glob("*.html")}


def test_every_corpus_scenario_with_pages_has_html() -> None:
    readable = [folder for folder in case_folders() if pages(folder)]
    assert readable == HTML_CASES


@pytest.mark.parametrize(
    ("page", "text"),
    [
        pytest.param("```\na\tb  \n\n  c\n```{{exec}}", "a\tb  \n\n  c", id="tabs and trailing blanks"),
        pytest.param("   ```\n   a\n     b\n  c\n   ```{{exec}}", "a\n  b\nc", id="indent of the fence"),
        pytest.param("```\n\n\na\n\n```{{exec}}", "\n\na\n", id="blank lines at both ends"),
        pytest.param("```\n`````x`\n```{{exec}}", "`````x`", id="backticks inside"),
        pytest.param("```\n```{{exec}}", "", id="nothing"),
        pytest.param("`a  b`{{exec}}", "a  b", id="blanks inside a span"),
        pytest.param("> ```\n> a\n>   b\n> ```{{exec}}", "a\n  b", id="in a quote"),
        pytest.param("```\n&lt; <b> \\n\n```{{exec}}", "&lt; <b> \\n", id="nothing is decoded"),
        pytest.param("```\r\na\r\nb\r\n```{{exec}}", "a\nb", id="windows line ends"),
    ],
)
def test_text_of_a_block_is_exact(page: str, text: str) -> None:
    assert [block.text for block in render(page, "step1").blocks] == [text]


def test_ids_count_every_action_in_page_order() -> None:
    page = '`a`{{copy}} `b`{{}} `c`{{exec}}\n\n```\nd\n```{{exec T2}}\n\n<pre class="file">e</pre>\n'
    blocks = render(page, "intro").blocks
    assert [(block.id, block.text) for block in blocks] == [
        ("intro-1", "a"),
        ("intro-2", "c"),
        ("intro-3", "d"),
        ("intro-4", "e"),
    ]


def file_block(**fields: object) -> Block:
    return Block(id="x-1", line=1, action="file", filename="f", **{"text": "new\n", **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "fields", "new"),
    [
        ("old\n", {"target": "replace"}, "new\n"),
        ("old\n", {"target": "append"}, "old\nnew\n"),
        ("old", {"target": "append"}, "old\nnew\n"),
        ("", {"target": "append"}, "new\n"),
        ("old\n", {"target": "prepend"}, "new\nold\n"),
        ("old\n", {"target": "prepend", "text": "new"}, "new\nold\n"),
        ("a\n#HERE\nb\n#HERE\n", {"target": "insert", "marker": "#HERE"}, "a\nnew\nb\n#HERE\n"),
        ("a\nnew\nb\n", {"target": "insert", "marker": "#HERE"}, "a\nnew\nb\n"),
    ],
)
def test_a_file_action_edits_the_text(old: str, fields: dict[str, str], new: str) -> None:
    assert apply_file_action(old, file_block(**fields)) == new


def test_an_insertion_without_its_marker_says_so() -> None:
    with pytest.raises(MarkerMissing, match=r"#HERE.*earlier blocks"):
        apply_file_action("nothing\n", file_block(target="insert", marker="#HERE"))


def test_a_quiz_passes_with_the_right_answers_only() -> None:
    page = ">>a<<\n=== x y\n\n>>b<<\n=~= Word\n\n>>c<<\n(*) r\n( ) w\n\n>>d<<\n[*] r\n[ ] w\n[*] r2\n"
    exact, contains, single, multiple = render(page, "step1").quizzes
    assert exact.passes(["x y "])
    assert not exact.passes(["x"])
    assert contains.passes(["a word here"])
    assert not contains.passes([])
    assert single.passes(["0"])
    assert not single.passes(["1"])
    assert multiple.passes(["2", "0"])
    assert not multiple.passes(["0"])
    assert not multiple.passes(["0", "1", "2"])


def test_a_quiz_knows_its_right_answers_and_a_wrong_one() -> None:
    page = ">>a<<\n=== x\n=== y\n\n>>b<<\n=~= one\n=~= two\n\n>>c<<\n( ) w\n(*) r\n\n>>d<<\n[*] r\n[ ] w\n[*] r2\n"
    assert [(quiz.right_answers(), quiz.wrong_answer()) for quiz in render(page, "step1").quizzes] == [
        ([["x"], ["y"]], ["xy?"]),
        ([["one two"]], ["?"]),
        ([["1"]], ["0"]),
        ([["0", "2"]], ["1"]),
    ]


@pytest.mark.parametrize("answers", ["", "( ) w\n( ) w2\n", "(*) r\n(*) r2\n", "[ ] w\n"])
def test_a_quiz_that_nobody_can_answer_has_no_right_answer(answers: str) -> None:
    (quiz,) = render(f">>a<<\n{answers}", "step1").quizzes
    assert quiz.right_answers() == []


@pytest.mark.parametrize("answers", ["(*) r\n", "=~=\n"])
def test_a_quiz_that_takes_every_answer_has_no_wrong_answer(answers: str) -> None:
    (quiz,) = render(f">>a<<\n{answers}", "step1").quizzes
    assert quiz.wrong_answer() is None


def test_placeholders_name_published_ports() -> None:
    ports = LocalPorts({("host01", 80): 4001}, {"host02": "10.0.0.2"})
    text = "https://[[HOST_SUBDOMAIN]]-80-[[KATACODA_HOST]].environments.katacoda.com/x {{TRAFFIC_HOST1_80}} "
    text += "{{TRAFFIC_HOST1_81}} [[HOST2_IP]] [[ -f x ]] {{TRAFFIC_HOST1_99999}} [[UNKNOWN]] [[[HOST2_IP]]]"
    assert substitute(text, ports) == (
        "http://127.0.0.1:4001/x http://127.0.0.1:4001 http://127.0.0.1:81 10.0.0.2 [[ -f x ]] "
        "{{TRAFFIC_HOST1_99999}} [[UNKNOWN]] [10.0.0.2]"
    )


def test_client_is_the_first_host() -> None:
    ports = LocalPorts({("host01", 80): 4001}, {"host01": "10.0.0.1"})
    text = "https://[[CLIENT_SUBDOMAIN]]-80-[[KATACODA_HOST]].environments.katacoda.com/x [[CLIENT_IP]]"
    assert substitute(text, ports) == "http://127.0.0.1:4001/x 10.0.0.1"


@pytest.mark.parametrize(
    "address", ["javascript:a", "JAVA\tscript:a", "\x01javascript:a", "data:text/html,a", "h%25tps://x:80/a"]
)
def test_no_link_leads_into_a_script(address: str) -> None:
    assert blocks_of_safe(render(f"[x]({address}) <a href='{address}'>y</a> <img src='{address}'>", "p").html) == []


def test_a_forged_slot_is_text() -> None:
    made = render('slot0123x0; `a`{{exec}} <b title="slot">x</b>', "step1")
    assert "slot0123x0;" in made.html
    assert made.html.count("data-block=") == 1


def test_a_quick_parse_finds_the_same_blocks() -> None:
    files = [file for folder in case_folders() for file in (folder / "scenario").rglob("*.md")]
    assert len(files) > 50
    for file in files:
        text = file.read_text("utf-8", "replace")
        full, fast = parse(text, "p", whole=True), parse(text, "p")
        assert (fast.blocks, fast.problems, fast.braces) == (full.blocks, full.problems, full.braces), file


# Time grows with the size, not with its square


def seconds(work: Callable[[], object]) -> float:
    # Without the collector: what it costs depends on all the tests that ran before in this process.
    gc.disable()
    try:
        begun = time.process_time()
        work()
        return time.process_time() - begun
    finally:
        gc.enable()


SHAPES = {
    "prose": "## A\n\nSome **text**, `code`{{exec}} and [a link](http://x.y).\n\n```\nls\n```{{exec}}\n\n- item\n\n",
    "opening fences": "```a b\n",
    "fences of four": "````\nx\n```{{exec}}\n",
    "deep fences": "    ```\n",
    "fences in lists": "- ```\nx\n",
    "backtick runs": "`a``b```c````d ",
    "spans on one line": "`a`{{exec}} ",
    "brackets": "[a ",
    "comments": "<!-- ",
    "open elements": "<div>\n\n",
    "disclosures": "<details><summary>",
    "quotes in tags": '<a b="',
    "pre": '<pre class="file">\n',
    "quizzes": ">>a<<\n( ) x\n",
    "placeholders": "https://[[HOST_SUBDOMAIN]]-80-",
    "table rows": "|a|b|\n|-|-|\n|`c`{{exec}}|d|\n",
    "emphasis": "*a _b ",
    "tags that are none": "<x y\n# a\n",
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_time_grows_with_the_size_of_a_page_not_with_its_square(shape: str) -> None:
    page = shape * (8_000 // len(shape))
    render(page, "step1")
    best = {1: float("inf"), 4: float("inf")}
    for _ in range(4):
        for factor in best:
            best[factor] = min(best[factor], seconds(lambda: render(page * factor, "step1")))  # noqa: B023
        # Four times when it grows with the size, sixteen times when with its square; in between, for a busy machine.
        if best[4] <= 8 * best[1]:
            return
    raise AssertionError(json.dumps(best))


@pytest.mark.parametrize("shape", ["`a`{{exec}} ", "`a`{{exec}}\n\n", "- a\n", "#a\n", "![](a) ", "<br>\n"])
def test_a_dense_page_is_parsed_in_bounded_memory(shape: str) -> None:
    page = shape * (20_000 // len(shape))
    parse(page[:600], "step1")
    tracemalloc.start()
    try:
        made = parse(page, "step1")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(made.lines) == page.count("\n") + 1
    # The largest page that is read, were it as dense as this, takes 600 MB at most.
    assert peak < 600_000_000 / PAGE_LIMIT * len(page) + 300_000
