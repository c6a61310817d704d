"""What tests of `handrail test` begin with: a run as its user makes it, and one in this process."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handrail.runner import runner
from handrail.runner.events import Event, ItemEnded, Result
from handrail.runtime.workspace import Workspace
from handrail.scenario.reader import load
from handrail.session.session import Session

from ....waiting import PATIENCE

GOOD = {"text": "```\ntouch leaf\n```{{exec}}\n", "verify": "test -e ~/leaf || { echo 'No leaf.'; exit 1; }"}


class Run:
    """What a run printed and how it ended."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    def results(self) -> dict[str, dict[str, Any]]:
        """The item-end events by id, of a run with --format json."""
        events = [json.loads(line) for line in self.out.splitlines()]
        return {event["id"]: event for event in events if event["event"] == "item-end"}

    def outcomes(self) -> dict[str, str]:
        return {name: result["outcome"] for name, result in self.results().items()}


Handrail = Callable[..., Run]


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    def start(root: Path, *arguments: str, **env: str) -> subprocess.Popen[str]:
        outer = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), **env}
        return subprocess.Popen(
            [sys.executable, "-m", "handrail", "test", str(root), *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=outer,
        )  # fmt: skip

    return start


@pytest.fixture
def handrail(command: Callable[..., subprocess.Popen[str]]) -> Handrail:
    def run(root: Path, *arguments: str, **env: str) -> Run:
        process = command(root, "--host", *arguments, **env)
        out, err = process.communicate(timeout=PATIENCE)
        return Run(process.returncode, out, err)

    return run


RunHere = Callable[..., dict[str, Result]]


@pytest.fixture
def run_here(tmp_path: Path) -> RunHere:
    """Run a scenario in this process, where times can be made short: the results by the items' ids."""

    def run(root: Path, *, keep_going: bool = False) -> dict[str, Result]:
        events: list[Event] = []

        async def scene() -> None:
            workspace = Workspace.open(tmp_path / "w")
            scenario = load(root)
            try:
                await runner.Runner(Session(scenario, workspace), events.append, keep_going=keep_going).run()
            finally:
                workspace.close()

        asyncio.run(scene())
        return {event.item.id: event.result for event in events if isinstance(event, ItemEnded)}

    return run


def exec_block(text: str, mark: str = "") -> str:
    return (f"<!-- handrail: {mark} -->\n" if mark else "") + f"```\n{text}\n```{{{{exec}}}}\n\n"
