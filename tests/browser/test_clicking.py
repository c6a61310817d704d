"""`handrail test --browser`: a scenario is played by its buttons, and its reports show what a learner sees."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from handrail.terminal import processes

from ..waiting import PATIENCE, number_in
from .conftest import CHROMIUM, SCENARIOS

JPEG = re.compile(r'<img src="data:image/jpeg;base64,([^"]+)" alt="([^"]+)"')


@pytest.fixture
def beans(tmp_path: Path) -> Path:
    return shutil.copytree(SCENARIOS / "beans", tmp_path / "beans")


def start(root: Path, *arguments: str) -> subprocess.Popen[str]:
    """A run with its workspace, logs and page of the report beside the scenario."""
    files = ["--workspace", root.parent / "w", "--log", root.parent / "log", "--html", root.parent / "report.html"]
    command = [sys.executable, "-m", "handrail", "test", root, "--host", "--browser", "--format", "json", *files]
    return subprocess.Popen(
        [*map(str, command), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env={**os.environ, "CHROMIUM": CHROMIUM},
    )  # fmt: skip


def events_of(process: subprocess.Popen[str]) -> list[dict[str, Any]]:
    out, error = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in error
    return [json.loads(line) for line in out.splitlines()]


def pictures(report: Path) -> list[str]:
    """What the pictures in a report are of, in order; each has to be one."""
    found = JPEG.findall(report.read_text())
    assert all(base64.b64decode(data).startswith(b"\xff\xd8\xff") for data, _ in found)
    return [words for _, words in found]


def test_scenario_is_played_by_its_buttons_and_each_page_is_seen(beans: Path, tmp_path: Path) -> None:
    process = start(beans)
    events = events_of(process)
    items = {event["id"]: event for event in events if event["event"] == "item-end"}
    assert {name: event["outcome"] for name, event in items.items()} == dict.fromkeys(items, "passed")
    assert list(items) == [
        "intro/foreground", "step1/check-before", "step1-1", "step1-2", "step1-3", "step1-5", "step1-q1", "step1-q2",
        "step1/check-after", "step2/check-before", "step2-answer-1", "step2/check-after", "step1/check-again",
    ]  # fmt: skip
    assert process.returncode == 0
    assert items["step1-2"]["reason"] == "left running"
    seen = [Path(event["picture"]).name for event in events if event["event"] == "page-end"]
    assert seen == ["page-intro.jpg", "page-step1.jpg", "page-step2.jpg", "page-finish.jpg"]
    assert {path.name for path in tmp_path.glob("log/*.jpg")} == set(seen)
    assert len(pictures(tmp_path / "report.html")) == len(seen)


def test_what_fails_is_told_as_without_a_browser_and_seen(beans: Path, tmp_path: Path) -> None:
    beans.joinpath("step1.md").write_text("# Plant\n\n```\nmkdir bed\n(exit 3)\n```{{exec}}\n")
    process = start(beans, "--keep-going", "--until", "step1")
    failed = [event for event in events_of(process) if event.get("outcome") == "failed"]
    assert process.returncode == 1
    assert [(event["id"], event["status"]) for event in failed] == [("step1-1", 3), ("step1/check-after", None)]
    assert all("The bed is empty: plant a bean in it." in event["reason"] for event in failed)
    assert [Path(event["picture"]).name for event in failed] == ["failed-step1-1.jpg", "failed-step1-check-after.jpg"]
    assert pictures(tmp_path / "report.html").count("What the learner sees") == 2


def test_sigterm_ends_the_browser_too_and_what_had_run_is_reported(beans: Path, tmp_path: Path) -> None:
    beans.joinpath("step1.md").write_text("# Plant\n\n```\necho $$ > ~/pid; sleep 600\n```{{exec}}\n")
    process = start(beans)
    shell = number_in(tmp_path / "w/home/pid")
    family = [processes.identify(pid) for pid in descendants(process.pid)]
    assert any("chromium" in processes.command_line(each.pid) for each in family)
    process.send_signal(signal.SIGTERM)
    events = events_of(process)
    assert process.returncode == 130
    assert (events[-1]["event"], events[-1]["interrupted"]) == ("end", True)
    assert pictures(tmp_path / "report.html") == ["The page in the end, as a learner sees it"]
    assert not [each for each in family if processes.alive(each)]
    assert processes.start_time(shell) is None


def test_browser_that_ends_fails_what_it_was_to_do(beans: Path, tmp_path: Path) -> None:
    beans.joinpath("step1.md").write_text("# Plant\n\n```\necho $$ > ~/pid; sleep 600\n```{{exec}}\n")
    process = start(beans)
    number_in(tmp_path / "w/home/pid")
    for pid in descendants(process.pid):
        if "--remote-debugging-pipe" in processes.command_line(pid):
            os.kill(pid, signal.SIGKILL)
    failed = [event for event in events_of(process) if event.get("outcome") == "failed"]
    assert [event["id"] for event in failed] == ["step1-1"]
    assert "run the test again" in failed[0]["reason"]
    assert process.returncode == 1


def descendants(pid: int) -> list[int]:
    """Its children, and theirs."""
    children = [int(name) for name in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return children + [each for child in children for each in descendants(child)]
