"""What a lesson leaves on this machine when the player stops, and `handrail play --cleanup`, which removes it.

handrail does not know what that is: it runs the script that the scenario names as `handrail.cleanup`.
"""

import argparse
import contextlib
import os
import shlex
import shutil
import sys
from collections.abc import Iterable, Sequence

from handrail.runtime import trust
from handrail.runtime.host import Runtime
from handrail.runtime.workspace import Workspace, opened
from handrail.scenario.reader import Scenario
from handrail.server.course_scripts import CourseScripts
from handrail.server.lesson import Lesson
from handrail.session.scripts import cleanup_script
from handrail.session.session import Session


def left_behind(session: Session) -> str:
    """The script that removes what the session has made here and leaves; "" if there is none or nothing to remove."""
    script = cleanup_script(session.scenario)
    if script is None or not (session.runtime.keeps_state and session.progress.started):
        return ""
    return script.relative_to(session.scenario.root.resolve()).as_posix()


def tell_what_stays(scripts: Iterable[str], args: argparse.Namespace) -> None:
    """Says on standard error what the stop has not removed, and the command that does; nothing if there is nothing."""
    names = ", ".join(dict.fromkeys(scripts))
    if not names:
        return
    with contextlib.suppress(OSError):  # the terminal that it was started in may be gone
        print(
            "handrail: stopped. What the lesson has made on this machine stays, and may go on running.\n"
            f"handrail: to remove it (by the lesson's own {names}):  {command(args, '--cleanup')}",
            file=sys.stderr, flush=True,
        )  # fmt: skip


def command(args: argparse.Namespace, option: str) -> str:
    """The command that started this player, with one more option, to be typed in the same folder."""
    typed = sys.argv[0]
    on_path = shutil.which("handrail")
    if typed.endswith("__main__.py"):
        program = [sys.executable, "-m", "handrail"]
    elif on_path is not None and os.path.realpath(on_path) == os.path.realpath(typed):
        program = ["handrail"]
    else:
        program = [typed]
    workspace = [] if args.workspace is None else ["--workspace", str(args.workspace)]
    host = ["--host"] if args.host else []
    return shlex.join([*program, "play", str(args.scenario), *host, *workspace, option])


async def clean_up(scenario: Scenario, workspace: Workspace, runtime: Runtime) -> int:
    """Runs the scenario's clean-up for the lesson in this workspace. Returns the exit status for the shell."""
    session = Session(scenario, workspace, runtime=runtime)
    script = cleanup_script(scenario)
    if script is None or not (runtime.keeps_state and session.progress.started):
        print("handrail: there is nothing to remove.", file=sys.stderr)
        return 0
    name = script.relative_to(scenario.root.resolve()).as_posix()
    print(f"handrail: running {name}. This may take a minute.", file=sys.stderr, flush=True)
    status = await session.cleanup()
    if status == 0:
        print("handrail: removed. Your progress is kept; handrail checks it again at the next start.", file=sys.stderr)
        return 0
    how = "has not ended within its time limit" if status is None else f"ended with status {status}"
    print(f"handrail: {name} {how}. Its output: {workspace.logs / 'cleanup.log'}", file=sys.stderr)
    return 1


async def clean_up_course(lessons: Sequence[Lesson], shared: CourseScripts | None, args: argparse.Namespace) -> str:
    """Removes what the lessons have made: by the course's own script where it has one that may run, else by that of
    each lesson that has begun, the last one first, for the earlier ones may have made what it stands on.

    Returns "" when all is removed, else a sentence. Raises what opening a workspace raises.
    """
    begun = [lesson for lesson in lessons if lesson.has_started]
    by_course = shared is not None and bool(shared.named("cleanup"))
    if shared is not None and by_course and (why := await shared.clean_up()):
        return why
    for lesson in reversed(begun):
        scenario = lesson.scenario()
        with opened(scenario, lesson.workspace_path(scenario)) as workspace:
            if by_course:
                workspace.save_progress({**workspace.load_progress(), "started": False})
            elif await clean_up(scenario, workspace, trust.choose(scenario, workspace, args, may_ask=False)) != 0:
                return f"The clean-up of {scenario.name} did not end well. Its output: {workspace.logs / 'cleanup.log'}"
    return ""
