"""`handrail play`: a scenario or a course in the browser."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from handrail.runtime import trust
from handrail.runtime.saved import course_path
from handrail.runtime.workspace import opened
from handrail.scenario.lessons import ROOT_ID, CourseFolder, Entry, read_course
from handrail.scenario.reader import load
from handrail.server import credentials, leaving, opening
from handrail.server.app import STATIC
from handrail.server.course import Course
from handrail.server.course_scripts import CourseScripts
from handrail.server.errors import FAILURES, Unusable, sentence
from handrail.server.language import localised, preferred
from handrail.server.lesson import Lesson
from handrail.server.open_lesson import OpenLesson
from handrail.server.preview.registry import Origins
from handrail.server.serve import serve

CANNOT_BEGIN = 2
# Serves a course that it has made until it is told to stop. Given: the folder for what it must remember.
Serve = Callable[[Path, Callable[[Origins], Course]], Coroutine[Any, Any, None]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `handrail play`."""
    parser.add_argument(
        "scenario",
        nargs="?",
        default=".",
        type=Path,
        help="the folder of a scenario, a course or a repository (default: here)",
    )
    parser.add_argument("--port", type=int, help="port on 127.0.0.1; 0 takes any free one")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument("--watch", action="store_true", help="author mode: follow saved changes, show lint problems")
    parser.add_argument("--instructor", action="store_true", help="let pages be left without passing their check")
    parser.add_argument("--cleanup", action="store_true", help="only remove what the lesson made, by its own script")
    parser.add_argument(
        "--record", type=Path, metavar="DIR", help="record each terminal as an asciicast there, with pages as markers"
    )
    trust.add_arguments(parser)
    parser.add_argument("--workspace", type=Path, metavar="DIR", help="keep the lesson's folder there")
    parser.add_argument("--language", default=preferred(os.environ), help="language of the texts, like de or pt-br")


def run(args: argparse.Namespace) -> int:
    """Plays until SIGINT, SIGTERM or SIGHUP. Returns the exit status."""
    try:
        check_vendor()
        return play(args, lambda state, make_course: serve(args, state, make_course))
    except (Unusable, *FAILURES, trust.NotApproved) as error:
        print(f"handrail: {sentence(error)}", file=sys.stderr)
        return CANNOT_BEGIN


def check_vendor() -> None:
    """Raises Unusable when handrail was installed without the page's libraries."""
    if not (STATIC / "vendor" / "xterm.mjs").is_file():
        raise Unusable("The terminal's files are missing. Install handrail again, with npm's registry in reach.")


def play(args: argparse.Namespace, serve: Serve) -> int:
    """Plays what is in the folder. `serve`: how it is served. Returns the exit status."""
    folder = read_course(args.scenario)
    return play_one(args, serve) if folder is None else play_course(args, folder, serve)


def play_one(args: argparse.Namespace, serve: Serve) -> int:
    """Plays one scenario, whose user is asked where it may run while a terminal is there to ask."""
    scenario = localised(load(args.scenario), args.language)
    with opened(scenario, args.workspace) as workspace:
        runtime = trust.choose(scenario, workspace, args)
        if args.cleanup:
            return asyncio.run(leaving.clean_up(scenario, workspace, runtime))

        lesson = Lesson(Entry(ROOT_ID, scenario.root, "."), args.language, workspace.path)
        shared = CourseScripts(scenario.root, scenario.index.name, scenario.extra, lambda: workspace.path)

        def make_course(origins: Origins) -> Course:
            first: OpenLesson | None = opening.make(scenario, workspace, runtime, args, origins, args.record)

            async def open_it(lesson: Lesson) -> OpenLesson:
                nonlocal first
                if first is None:  # it was stopped meanwhile
                    return await opening.open_lesson(lesson, args, origins, args.record)
                opened, first = first, None
                await opened.start()
                return opened

            return Course(
                credentials.lesson(workspace.path), scenario.title or scenario.name, "", [lesson], open_it,
                is_single=True, shared=shared if runtime.keeps_state else None,
                clean_up=lambda: leaving.clean_up_course([lesson], None, args),
            )  # fmt: skip

        asyncio.run(serve(workspace.path, make_course))
    return 0


def play_course(args: argparse.Namespace, folder: CourseFolder, serve: Serve) -> int:
    """Plays the lessons of a course, each of which is opened when it is entered."""
    state = args.workspace.absolute() if args.workspace else course_path(folder.root)
    lessons = [Lesson(entry, args.language, args.workspace and state / entry.id) for entry in folder.entries]
    named_in = "structure.json"
    shared = CourseScripts(folder.root, named_in, folder.extra, lambda: last_workspace(lessons)) if args.host else None
    if args.cleanup:
        print("handrail: removing what the lessons have made. This may take a minute.", file=sys.stderr, flush=True)
        why = asyncio.run(leaving.clean_up_course(lessons, shared, args))
        print(f"handrail: {why or 'removed. Your progress is kept; lessons check it again.'}", file=sys.stderr)
        return 1 if why else 0
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable(f"{state} cannot be made ({error.strerror}). Name another folder with --workspace.") from None

    def make_course(origins: Origins) -> Course:
        return Course(
            credentials.lesson(state), folder.title, folder.description, lessons,
            lambda lesson: opening.open_lesson(lesson, args, origins, args.record and args.record / lesson.id),
            is_single=False, shared=shared, clean_up=lambda: leaving.clean_up_course(lessons, shared, args),
        )  # fmt: skip

    asyncio.run(serve(state, make_course))
    return 0


def last_workspace(lessons: Sequence[Lesson]) -> Path | None:
    """The workspace of the lesson that was played last; None while none has begun."""
    played = [(summary.last, lesson) for lesson in lessons if (summary := lesson.summary()).last]
    if not played:
        return None
    lesson = max(played, key=lambda each: each[0])[1]
    return lesson.workspace_path(lesson.scenario())
