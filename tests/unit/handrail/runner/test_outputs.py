"""`handrail test --record` and `--compare`: what a learner would now see differently."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from handrail.runner.masks import DEFAULTS, BadMask, Masks
from handrail.runner.outputs import parse
from handrail.session.check import plain
from handrail.terminal.shell_marks import command_output

from ..conftest import MakeScenario
from .conftest import Handrail, exec_block

PAGE = exec_block("cat $SCENARIO_DIR/said") + exec_block("printf '%s\\n' b a |\nsort")
Recorded = Callable[..., Path]


@pytest.fixture
def recorded(make_scenario: MakeScenario, handrail: Handrail) -> Recorded:
    """A scenario that prints a file of its own, as it was recorded."""

    def record(said: str, page: str = PAGE, **index: object) -> Path:
        root = make_scenario(page, files={"said": said}, **index)
        run = handrail(root, "--record")
        assert run.status == 0, run.out + run.err
        return root

    return record


def test_what_blocks_print_is_kept_beside_the_page(recorded: Recorded) -> None:
    root = recorded("hello\n\n  $ indented\n")
    assert (root / "step1.output.txt").read_text() == (
        "# What the blocks of step1.md print. handrail test --record writes it, --compare compares it.\n"
        "\n$ cat $SCENARIO_DIR/said\n    hello\n\n      $ indented\n"
        "\n$ printf '%s\\n' b a |\n> sort\n    a\n    b\n"
    )


def test_the_same_output_passes_and_other_output_fails_with_a_difference(
    recorded: Recorded, handrail: Handrail
) -> None:
    root = recorded("hello\n")
    assert handrail(root, "--compare").status == 0
    (root / "said").write_text("good day\n")
    run = handrail(root, "--compare", "--format", "json")
    assert run.status == 1
    result = run.results()["step1/output"]
    assert result["outcome"] == "failed"
    assert "-    hello\n+    good day" in result["output"]
    assert "handrail test --record" in result["reason"]


def test_all_that_differs_is_told_in_one_run(make_scenario: MakeScenario, handrail: Handrail) -> None:
    root = make_scenario(*[exec_block("cat $SCENARIO_DIR/said")] * 2, files={"said": "one"})
    handrail(root, "--record")
    (root / "said").write_text("two")
    outcomes = handrail(root, "--compare", "--format", "json").outcomes()
    assert (outcomes["step1/output"], outcomes["step2/output"]) == ("failed", "failed")


def test_what_differs_is_a_warning_where_the_author_says_so(recorded: Recorded, handrail: Handrail) -> None:
    root = recorded("hello\n", handrail={"output": {"drift": "warning"}})
    (root / "said").write_text("good day\n")
    run = handrail(root, "--compare")
    assert run.status == 0
    assert "  ! -    hello" in run.out


def test_a_block_can_be_left_out(recorded: Recorded, handrail: Handrail) -> None:
    root = recorded("hello\n", exec_block("cat $SCENARIO_DIR/said", "output=no") + exec_block("echo here"))
    assert "hello" not in (root / "step1.output.txt").read_text()
    (root / "said").write_text("good day\n")
    assert handrail(root, "--compare").status == 0


def test_a_page_that_was_never_recorded_is_skipped_and_told(make_scenario: MakeScenario, handrail: Handrail) -> None:
    run = handrail(make_scenario(PAGE, files={"said": ""}), "--compare")
    assert run.status == 0
    assert "there is no step1.output.txt yet: handrail test --record writes it" in run.out


def test_the_end_of_a_job_is_not_compared(recorded: Recorded, handrail: Handrail) -> None:
    root = recorded("[1]+  Done                    sleep 1\nhello\n[2]   Exit 3   false\n")
    assert "$ cat $SCENARIO_DIR/said\n    hello\n" in (root / "step1.output.txt").read_text()
    (root / "said").write_text("hello\n")
    assert handrail(root, "--compare").status == 0


def test_a_file_that_says_the_same_is_left_as_it_is(recorded: Recorded, handrail: Handrail) -> None:
    root = recorded("AGE   NAME\n5m    web\n")
    before = (root / "step1.output.txt").read_text()
    (root / "said").write_text("AGE     NAME\n5m13s   web\n")
    assert handrail(root, "--record").status == 0
    assert (root / "step1.output.txt").read_text() == before


@pytest.mark.parametrize("mask", DEFAULTS, ids=lambda mask: f"{mask[0]} {mask[1]}")
def test_each_mask_covers_its_example(mask: tuple[str, str, str]) -> None:
    name, example, _ = mask
    masked = Masks.of(None, {}).apply(example)
    assert f"<{name}>" in masked
    assert not re.search(r"[2-9]", masked.removeprefix("127.0.0.1"))


@pytest.mark.parametrize(
    "text",
    ["version 1.17.1", "3 passed, 0 failed", "http://127.0.0.1:8000/", "deadbeef", "1024 bytes", "10.96.0.1", "12 KiB",
     "HTTP/1.1 200 OK", "2 nodes", "step3-1", "v1.32.0", "facade", "exit status 127"],
)  # fmt: skip
def test_what_says_something_is_not_masked(text: str) -> None:
    assert Masks.of(None, {}).apply(text) == text


def test_an_authors_own_masks_come_first(recorded: Recorded, handrail: Handrail) -> None:
    root = recorded("join kx1.abc\n", handrail={"output": {"masks": {"token": r"k\w+\.\w+"}}})
    assert "join <token>" in (root / "step1.output.txt").read_text()
    (root / "said").write_text("join ky2.def\n")
    assert handrail(root, "--compare").status == 0


def test_a_mask_that_is_no_expression_is_named() -> None:
    with pytest.raises(BadMask, match="The mask token in the index is no regular expression"):
        Masks.of({"token": "("}, {})


def test_a_mask_that_is_no_expression_ends_the_run_in_a_sentence(
    make_scenario: MakeScenario, handrail: Handrail
) -> None:
    root = make_scenario(PAGE, files={"said": ""}, handrail={"output": {"masks": {"token": "("}}})
    run = handrail(root, "--record")
    assert run.status == 2
    assert "The mask token" in run.err
    assert "Traceback" not in run.err


def test_the_file_is_read_as_it_was_written() -> None:
    printed = parse("# head\n\n$ a\n> b\n    one\n\n    two\n\n$ c\n")
    assert [(each.commands, each.output) for each in printed] == [("a\nb", "one\n\ntwo"), ("c", "")]


def test_output_is_what_lies_between_the_marks_or_before_the_last_one_when_the_first_is_gone() -> None:
    marks = b"echo\r\n\x1b]133;C;k;0;1\x07one\r\n\x1b]133;C;k;0;2\x07two\r\n\x1b]133;D;k;0\x07~ $ "
    assert plain(command_output(marks)) == "one\ntwo\n"
    assert command_output(b"end\r\n\x1b]133;D;k;0\x07~ $ ") == b"end\r\n"


def test_recording_and_mutating_do_not_go_together(make_scenario: MakeScenario, handrail: Handrail) -> None:
    run = handrail(make_scenario(PAGE), "--record", "--mutate")
    assert run.status == 2
    assert "--mutate goes without --record" in run.err


def test_json_names_the_item_of_the_page(recorded: Recorded, handrail: Handrail) -> None:
    root = recorded("hello\n")
    plan = json.loads(handrail(root, "--compare", "--format", "json").out.splitlines()[0])
    item = next(each for each in plan["items"] if each["kind"] == "output")
    assert item == {
        "id": "step1/output", "page": "step1", "kind": "output", "title": "output is as in step1.output.txt",
        "place": "step1.output.txt:1",
    }  # fmt: skip
