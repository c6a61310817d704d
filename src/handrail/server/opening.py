"""How a lesson of a course is opened: its scenario, its workspace, where it may run, its session."""

import argparse
import asyncio
from pathlib import Path

from handrail.runtime import trust
from handrail.runtime.host import Runtime
from handrail.runtime.workspace import Workspace, WorkspaceBusy
from handrail.scenario.reader import Scenario
from handrail.server.errors import FAILURES, RequestError, sentence
from handrail.server.leaving import command
from handrail.server.lesson import Lesson
from handrail.server.open_lesson import OpenLesson
from handrail.server.player import Player
from handrail.server.preview.registry import Origins
from handrail.session.session import Session


async def open_lesson(
    lesson: Lesson, args: argparse.Namespace, origins: Origins, record: Path | None
) -> OpenLesson:
    """Opens and starts a lesson; `record` as for `make`. Raises RequestError, whose sentence says what to do."""
    try:
        scenario, workspace, runtime = await asyncio.to_thread(_ready, lesson, args)
        opened = make(scenario, workspace, runtime, args, origins, record)
        await opened.start()
        return opened
    except FAILURES as error:
        raise RequestError(500, sentence(error)) from None


def make(
    scenario: Scenario, workspace: Workspace, runtime: Runtime, args: argparse.Namespace, origins: Origins,
    record: Path | None,
) -> OpenLesson:  # fmt: skip
    """An open lesson that has not been started. `record`: the folder for a recording of its terminals."""
    session = Session(scenario, workspace, runtime=runtime)
    player = Player(session, origins, can_skip=args.instructor or args.watch, watch=args.watch)
    return OpenLesson(player, workspace.close, args.language, record)


def _ready(lesson: Lesson, args: argparse.Namespace) -> tuple[Scenario, Workspace, Runtime]:
    scenario = lesson.scenario()
    try:
        workspace = Workspace.open(lesson.workspace_path(scenario))
    except WorkspaceBusy:
        title = scenario.title or scenario.name
        raise RequestError(
            409, f"“{title}” is open in another handrail on this machine. Go on there; or end that one (press Ctrl-C "
            "where it was started), then press Try again.",
        ) from None  # fmt: skip
    try:
        return scenario, workspace, trust.choose(scenario, workspace, args, may_ask=False)
    except trust.NotApproved as error:
        workspace.close()
        raise RequestError(
            403, f"{error} To do so for all lessons here, press Ctrl-C where handrail was started, then type: "
            f"{command(args, '--host')}",
        ) from None  # fmt: skip
    except BaseException:
        workspace.close()
        raise
