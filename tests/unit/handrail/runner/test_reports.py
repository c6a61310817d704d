"""What the reports add to the events: a live line on a terminal, signs of life without one, times by page."""

from __future__ import annotations

import base64
import io
import json
import os
import pty
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree

import pytest

from handrail.markdown.api import Block
from handrail.runner.events import (
    Event,
    ItemEnded,
    ItemStarted,
    Noted,
    Outcome,
    PageEnded,
    PageStarted,
    Result,
    RunEnded,
    RunPlanned,
)
from handrail.runner.many import Verdict
from handrail.runner.plan import Item, Kind
from handrail.runner.reports import pretty
from handrail.runner.reports.html import Html
from handrail.runner.reports.junit import Junit
from handrail.runner.reports.lines import JsonLines, Tap, as_json
from handrail.scenario.reader import Page

from ....waiting import PATIENCE
from ..conftest import MakeScenario

REPORTS = Path(__file__).parents[4].joinpath("docs/reports.md").read_text(encoding="utf-8")
BLOCK = Block(id="step1-1", line=3, text="make it", language="bash", action="execute")
ITEM = Item("step1-1", "step1", "block", "make # it\\", "step1.md:3", BLOCK)
FAILED = ItemEnded(ITEM, Result("failed", 1.25, 2, "ended with status 2", "a \x1b b\x00", "/log"))
PLAN = RunPlanned("s", "S", "/w", "/l", (ITEM, replace(ITEM, id="x")))
END = RunEnded(
    ok=False, interrupted=False, duration=2.0, not_run=("x",), notes=(), logs="/l", passed=0, typed=0, failed=1,
    skipped=0,
)  # fmt: skip
STORY: list[Event] = [PLAN, ItemStarted(ITEM), FAILED, END]


def test_tap_escapes_what_would_be_a_directive() -> None:
    out = io.StringIO()
    report = Tap(out)
    for event in STORY:
        report.handle(event)
    lines = out.getvalue().splitlines()
    assert lines[:3] == ["TAP version 14", "1..2", "not ok 1 - step1-1: make \\# it\\\\"]
    assert '  output: "a \\u001b b\\u0000"' in lines
    assert lines[-1] == "Bail out! 1 items were not run"


def test_junit_is_well_formed_whatever_was_printed(tmp_path: Path) -> None:
    report = Junit(tmp_path / "junit.xml").run()
    for event in STORY:
        report(event)
    first, second = ElementTree.parse(tmp_path / "junit.xml").getroot().iter("testcase")
    failure = first.find("failure")
    assert failure is not None
    assert failure.text is not None
    assert "a \ufffd b\ufffd" in failure.text
    assert (first.get("file"), first.get("line"), first.get("time")) == ("step1.md", "3", "1.250")
    skipped = second.find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "not run"


def test_junit_names_the_script_of_a_check_and_says_why_first(tmp_path: Path) -> None:
    check = replace(ITEM, kind="check-after", place="step1/verify.sh:1", block=None)
    report = Junit(tmp_path / "junit.xml").run()
    failed = replace(FAILED.result, output="", reason="the check does not pass: No leaf.", log="/m/l")
    for event in (replace(PLAN, items=(check,)), ItemEnded(check, failed), END):
        report(event)
    case = ElementTree.parse(tmp_path / "junit.xml").getroot().find(".//testcase")
    assert case is not None
    assert (case.get("file"), case.get("line")) == ("step1/verify.sh", "1")
    body = "the check does not pass: No leaf.\nScript: step1/verify.sh\n\nAll of it: l\n"
    assert case.findtext("failure") == body


def test_json_lines_are_the_events() -> None:
    out = io.StringIO()
    for event in STORY:
        JsonLines(out).handle(event)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["event"] for line in lines] == [
        "plan", "item-start", "item-end", "end",
    ]  # fmt: skip
    item = {"id": "step1-1", "page": "step1", "kind": "block", "title": "make # it\\", "place": "step1.md:3"}
    assert lines[0]["items"] == [item, {**item, "id": "x"}]
    assert lines[1] == {"event": "item-start", **item}
    assert lines[2] == {
        "event": "item-end", **item, "text": "make it", "outcome": "failed", "duration": 1.25, "status": 2,
        "reason": "ended with status 2", "output": "a \x1b b\x00", "log": "/log",
        "recording": "", "picture": "",
    }  # fmt: skip


def test_json_lines_have_the_keys_that_are_documented() -> None:
    page = Page("step1", "step", 1, "One", None, None, None, None, None, None)
    documented = dict(re.findall(r"^    ([\w-]+) +(.+)$", JsonLines.__doc__ or "", re.MULTILINE))
    story: list[Event] = [*STORY, PageStarted(page), PageEnded(page, 1.0), Noted("a warning")]
    item = ["id", "page", "kind", "title", "place"]
    for event in story:
        line = as_json(event)
        words = documented[line.pop("event")].partition(" (")[0].replace("the same", ", ".join(item))
        assert list(line) == words.replace("and ", "").split(", "), event


def _documented(heading: str) -> dict[str, list[str]]:
    """The table below a heading of docs/reports.md: the words in code of each row, by the first one."""
    section = REPORTS.partition(f"\n## {heading}")[2].partition("\n## ")[0]
    rows = [re.findall(r"`([^`]+)`", line) for line in section.splitlines() if line.startswith("| `")]
    return {words[0]: words[1:] for words in rows}


def test_the_page_on_reports_has_the_keys_of_each_event() -> None:
    page = Page("step1", "step", 1, "One", None, None, None, None, None, None)
    table = _documented("JSON lines")
    story: list[Event] = [*STORY, PageStarted(page), PageEnded(page, 1.0), Noted("a warning")]
    seen = set()
    for event in story:
        line = as_json(event)
        name = line.pop("event")
        seen.add(name)
        nested = list(line["items"][0]) if "items" in line else []
        assert [*line, *nested] == table[name], name
    assert seen == set(table)


def test_the_page_on_reports_has_what_junit_holds(tmp_path: Path) -> None:
    report = Junit(tmp_path / "junit.xml")
    handle = report.run()
    for event in STORY:
        handle(event)
    table = _documented("JUnit XML")
    for element in ElementTree.parse(tmp_path / "junit.xml").iter():
        assert set(element.attrib) <= set(table[element.tag]), element.tag


def test_the_page_on_reports_has_every_kind_and_outcome() -> None:
    for values in (get_args(Kind), get_args(Outcome), get_args(Verdict)):
        assert [value for value in values if f"`{value}`" not in REPORTS] == []


def test_long_block_gives_signs_of_life_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(pretty.time, "monotonic", lambda: now[0])
    out = io.StringIO()
    report = pretty.Pretty(out, colour=False, latest=lambda: "half done")
    report.handle(ItemStarted(ITEM))
    for _ in range(100):
        now[0] += 1
        report.tick()
    lines = out.getvalue().splitlines()
    assert len(lines) == 3
    assert lines[-1].split() == ["…", "make", "#", "it\\", "still", "runs,", "1:30", "half", "done"]


def test_while_a_check_runs_its_script_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(pretty.time, "monotonic", lambda: now[0])
    out = io.StringIO()
    report = pretty.Pretty(out, colour=False, latest=lambda: "a prompt $")
    report.handle(ItemStarted(replace(ITEM, kind="check-after", place="step1/verify.sh:1")))
    now[0] += 31
    report.tick()
    assert out.getvalue().rstrip().endswith("still runs, 31 s  step1/verify.sh")


def test_live_line_on_a_terminal(make_scenario: MakeScenario, tmp_path: Path) -> None:
    root = make_scenario("```\necho half done; sleep 1\n```{{exec}}\n")
    near, far = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "handrail", "test", str(root), "--host"],
        stdin=subprocess.DEVNULL, stdout=far, stderr=subprocess.DEVNULL,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), "TERM": "xterm"},
    )  # fmt: skip
    os.close(far)
    said = b""
    while True:
        try:
            said += os.read(near, 4096)
        except OSError:
            break
    os.close(near)
    assert process.wait(PATIENCE) == 0
    live = [part for part in said.decode().split("\r\x1b[K") if "half done" in part]
    assert any(part.strip().endswith("half done") and " s " in part for part in live), said.decode()
    assert "✓" in said.decode()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (9.9, "9.9 s"), (9.97, "10 s"), (59.6, "1:00"), (185, "3:05"), (3725, "1:02:05")],
)
def test_clock(seconds: float, text: str) -> None:
    assert pretty.clock(seconds) == text


def test_a_reason_that_is_longer_than_a_line_stands_below_its_item() -> None:
    out = io.StringIO()
    reason = "needs a graphics card of at least twenty-four gigabytes, which no machine of ours has yet"
    pretty.Pretty(out, colour=False, width=80).handle(ItemEnded(ITEM, Result("skipped", 0.0, reason=reason)))
    assert out.getvalue().splitlines()[1] == f"    {reason}"


def test_html_holds_what_the_browser_showed_when_its_files_are_gone(tmp_path: Path) -> None:
    finish = Page("finish", "finish", 2, "The end", None, None, None, None, None, None)
    failed, done = tmp_path / "failed-step1-1.jpg", tmp_path / "page-finish.jpg"
    report = Html(tmp_path / "report.html")
    handle = report.run()
    handle(PLAN)
    failed.write_bytes(b"red")
    handle(ItemEnded(ITEM, replace(FAILED.result, picture=str(failed))))
    handle(PageStarted(finish))
    done.write_bytes(b"green")
    handle(PageEnded(finish, 1.0, str(done)))
    for file in (failed, done):
        file.unlink()
    handle(END)
    text = report.path.read_text()
    embedded = re.findall(r'src="data:image/jpeg;base64,([^"]+)"', text)
    assert [base64.b64decode(data) for data in embedded] == [b"green", b"red"]
    assert "<h3>The end</h3>" in text, "nothing is to be done on this page, yet it was seen"
