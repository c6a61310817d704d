"""How long things may take: one default each, and the scenario's own."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from handrail.runtime.workspace import Workspace
from handrail.scenario.reader import load
from handrail.session.limits import Limits
from handrail.session.session import Session

from ....waiting import PATIENCE


@pytest.mark.parametrize("given", [None, 5, [], {"block": "long", "check": 0, "quiet": -1, "other": 7}])
def test_what_is_no_limit_changes_nothing(given: object) -> None:
    assert Limits.of({"limits": given}) == Limits()


def test_each_limit_can_be_set() -> None:
    names = [field.name for field in dataclasses.fields(Limits)]
    given = {name: number for number, name in enumerate(names, 1)}
    assert dataclasses.asdict(Limits.of({"limits": given})) == given


def test_a_check_in_the_player_has_the_scenarios_limit(make_scenario: Callable[..., Path], tmp_path: Path) -> None:
    root = make_scenario({"text": "t", "verify": "sleep 600"}, handrail={"limits": {"check": 0.2}})

    async def scene() -> None:
        workspace = Workspace.open(tmp_path / "w")
        session = Session(load(root), workspace)
        try:
            await session.start()
            assert (await asyncio.wait_for(session.check("step1"), PATIENCE)).timed_out
        finally:
            await session.close(cleanup=False)
            workspace.close()

    asyncio.run(scene())
