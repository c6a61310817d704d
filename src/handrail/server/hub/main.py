"""`handrail hub-server`: what JupyterHub starts for each learner."""

import argparse
import asyncio
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from starlette.types import ASGIApp

from handrail.runtime import trust
from handrail.server.app import create_app
from handrail.server.course import Course
from handrail.server.errors import FAILURES, Unusable, sentence
from handrail.server.hub import not_started, previews, secrecy
from handrail.server.hub.activity import Activity
from handrail.server.hub.api import HubApi
from handrail.server.hub.guard import HubGuard
from handrail.server.hub.reporter import Reporter
from handrail.server.hub.settings import Settings
from handrail.server.hub.sign_ins import SignIns
from handrail.server.language import preferred
from handrail.server.main import CANNOT_BEGIN, check_vendor, play
from handrail.server.preview.registry import LARGEST_MESSAGE, Origins
from handrail.server.serve import Server, config, lifespan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `handrail hub-server`."""
    parser.add_argument(
        "scenario",
        nargs="?",
        default=".",
        type=Path,
        help="the folder of a scenario, a course or a repository (default: here); its commands and scripts run as the "
        "user that JupyterHub starts this as",
    )
    parser.add_argument("--workspace", type=Path, metavar="DIR", help="keep the lessons' folders there")
    parser.add_argument("--language", default=preferred(os.environ), help="language of the texts, like de or pt-br")


def run(args: argparse.Namespace) -> int:
    """Serves one learner until SIGINT, SIGTERM or SIGHUP. Returns the exit status."""
    try:
        settings = secrecy.settings()
        check_vendor()
        args.host, args.image = True, None  # the Hub's spawner is what shuts the learner in
        args.cleanup = args.instructor = args.watch = False
        args.record = None
        with bind(settings) as listener:
            return serve_until_told(args, settings, listener)
    except (Unusable, *FAILURES) as error:
        print(f"handrail: {sentence(error)}", file=sys.stderr)
        return CANNOT_BEGIN


def serve_until_told(args: argparse.Namespace, settings: Settings, listener: socket.socket) -> int:
    """Serves the lessons; while they do not start, the reason. Returns the exit status."""
    while True:
        try:
            # The address stays ours from one try to the next: whoever asks meanwhile waits.
            return play(args, lambda state, make_course: serve(settings, listener.dup(), state, make_course))
        except (Unusable, *FAILURES, trust.NotApproved) as error:
            print(f"handrail: {sentence(error)}", file=sys.stderr, flush=True)
            if not not_started.tell(settings, listener.dup(), sentence(error)):
                return CANNOT_BEGIN


async def serve(
    settings: Settings, listener: socket.socket, state: Path, make_course: Callable[[Origins], Course]
) -> None:  # fmt: skip
    """Serves the course at a socket where the Hub's proxy looks for it. Raises what the start of a scenario that is
    played alone raises."""
    api = HubApi(settings)
    sign_ins = SignIns(settings, api)
    origins = previews.origins(settings, listener.getsockname()[1], sign_ins)
    course = make_course(origins)
    activity = Activity(api, settings.tell_every)
    works = [activity.follow()]
    if settings.board:
        course.reporter = Reporter(state, api.report, settings.grades)
        works.append(course.reporter.follow(lambda: course.players))
    failures: list[Exception] = []

    def failed(error: Exception) -> None:
        failures.append(error)
        server.stop()

    app = create_app(course, lifespan(course, lambda: announce(settings), failed))
    served: ASGIApp = HubGuard(app, settings=settings, sign_ins=sign_ins, activity=activity, origins=origins)
    if origins.is_shared:
        served = previews.ByHost(served, previews.HubListener(origins, settings, sign_ins, activity), origins)
    # A service's answer has its own date.
    server = Server(config(served, LARGEST_MESSAGE, date_header=False))
    following = [asyncio.create_task(work) for work in works]
    try:
        await server.serve(sockets=[listener])
    finally:
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
    if failures:
        raise failures[0]


def bind(settings: Settings) -> socket.socket:
    """A listening socket where the Hub says. Raises Unusable."""
    host, port = settings.place
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise Unusable(f"{settings.listen} cannot be listened on ({error.strerror}). Start the server again.") from None
    listener.setblocking(False)
    return listener


def announce(settings: Settings) -> None:
    """Says in the Hub's log whom it serves."""
    print(f"handrail: serves {settings.user} at {settings.prefix}", flush=True)
