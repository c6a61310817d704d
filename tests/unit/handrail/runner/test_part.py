"""`handrail test` of a part: from a page, until a page, one block; and the terminal where it failed."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ....waiting import PATIENCE
from ..conftest import MakeScenario

Test = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), "TERM": "xterm"}


@pytest.fixture
def garden(make_scenario: MakeScenario) -> Path:
    """Each step needs the one before; a check of the first says what a whole run would."""
    steps = [
        {"text": f"```\ntest -e ~/step{number - 1}\n```{{{{exec}}}}\n\n```\ntouch ~/step{number}\n```{{{{exec}}}}\n",
         "verify": f"test -e ~/step{number}"}
        for number in (1, 2, 3)
    ]  # fmt: skip
    return make_scenario(*steps, intro={"text": "i", "foreground": "touch ~/step0"}, finish="the end")


@pytest.fixture
def run(garden: Path, environment: dict[str, str]) -> Test:
    def run_it(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "handrail", "test", "--host", str(garden), *words]
        return subprocess.run(command, env=environment, text=True, capture_output=True, check=False, timeout=PATIENCE)

    return run_it


def done(out: str) -> list[str]:
    return [event["id"] for event in map(json.loads, out.splitlines()) if event["event"] == "item-end"]


CHECKED = ["step2/check-before", "step2-1", "step2-2", "step2/check-after"]


@pytest.mark.parametrize(
    ("words", "items"),
    [
        (["--from", "step2", "--until", "step2"], ["intro/foreground", "step1-1", "step1-2", *CHECKED]),
        (["--until", "step1"], ["intro/foreground", "step1/check-before", "step1-1", "step1-2", "step1/check-after"]),
        (["--only", "step2-2"], ["intro/foreground", "step1-1", "step1-2", "step2-2"]),
    ],
)
def test_a_part_is_run_with_what_it_needs_before_it(run: Test, words: list[str], items: list[str]) -> None:
    result = run("--format", "json", *words)
    assert (result.returncode, done(result.stdout)) == (0, items), result.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--from", "step9"], "--from step9: there is no such page. scenario has intro, step1, step2, step3, finish."),
        (["--until", "2"], "--until 2: there is no such page."),
        (["--only", "step2-9"], "--only step2-9: there is no such block. step2 has step2-1, step2-2."),
        (["--only", "step2"], "--only step2: there is no such page."),
        (["--from", "step3", "--until", "step1"], "--from step3 comes after --until step1."),
        (["--only", "step2-1", "--from", "step1"], "--only names one block: leave out --from and --until."),
        (["--from", "step2", "--repeat", "2"], "--from: for one run of one scenario"),
        (["--shell"], "--shell needs a terminal"),
    ],
)
def test_what_is_not_there_is_named_with_what_is(run: Test, words: list[str], sentence: str) -> None:
    result = run(*words)
    assert (result.returncode, result.stdout) == (2, "")
    assert sentence in result.stderr


def test_where_it_fails_the_terminal_is_handed_over_before_the_clean_up(
    make_scenario: MakeScenario, environment: dict[str, str], tmp_path: Path
) -> None:
    root = make_scenario(
        {"text": "```\nword=found-$((40 + 2)); false\n```{{exec}}\n", "verify": "false"},
        files={"clean.sh": f"cp ~/seen {tmp_path}/"}, handrail={"cleanup": "clean.sh"},
    )  # fmt: skip
    controller, terminal = pty.openpty()
    test = subprocess.Popen(
        [sys.executable, "-m", "handrail", "test", "--host", "--shell", str(root)],
        env=environment, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True,
    )  # fmt: skip
    os.close(terminal)
    printed = b""

    def until(text: bytes) -> None:
        nonlocal printed
        end = time.monotonic() + 30
        while text not in printed:
            assert time.monotonic() < end, printed.decode()
            printed += os.read(controller, 4096)

    until(b"Ctrl-] leaves it")
    os.write(controller, b"echo $word | tee seen\r")
    until(b"found-42\r\n")
    os.write(controller, b"\x1d")
    until(b"Failed")
    assert test.wait(PATIENCE) == 1
    os.close(controller)
    assert (tmp_path / "seen").read_text() == "found-42\n"
