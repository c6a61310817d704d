"""`handrail play`: one scenario in the browser."""

import argparse
import asyncio
import errno
import os
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn

from handrail.runtime import trust
from handrail.runtime.host import Runtime
from handrail.runtime.workspace import Workspace, opened
from handrail.scenario.reader import Scenario, load
from handrail.server import background, credentials, leaving
from handrail.server.app import STATIC, create_app
from handrail.server.course import ROOT, Course
from handrail.server.errors import FAILURES, sentence
from handrail.server.guard import Guard
from handrail.server.language import localised, preferred
from handrail.server.player import Player
from handrail.server.preview.listener import Listener
from handrail.server.preview.registry import LARGEST_MESSAGE, Origins
from handrail.session.session import Session

CANNOT_BEGIN = 2
ADDRESS = "127.0.0.1"
FIRST_PORT = 4270
PORTS_TRIED = 40
# From the page's port to that of the previews, so that whoever forwards ports by hand knows both.
TO_PREVIEWS = 100
# Time for open connections to end when the player stops.
GRACE = 1  # seconds
# Typed bytes come in frames of 32 KiB and a little more.
LARGEST_FRAME = 128 * 1024


class Unusable(Exception):
    """The player cannot start; the text is one sentence with the remedy."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `handrail play`."""
    parser.add_argument("scenario", nargs="?", default=".", type=Path, help="a scenario's folder (default: here)")
    parser.add_argument("--port", type=int, help="port on 127.0.0.1; 0 takes any free one")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument("--watch", action="store_true", help="author mode: follow saved changes, show lint problems")
    parser.add_argument("--instructor", action="store_true", help="let pages be left without passing their check")
    parser.add_argument("--cleanup", action="store_true", help="only remove what the lesson made, by its own script")
    trust.add_arguments(parser)
    parser.add_argument("--workspace", type=Path, metavar="DIR", help="keep the lesson's folder there")
    parser.add_argument("--language", default=preferred(os.environ), help="language of the texts, like de or pt-br")


def run(args: argparse.Namespace) -> int:
    """Plays until SIGINT, SIGTERM or SIGHUP. Returns the exit status."""
    try:
        if not (STATIC / "vendor" / "xterm.mjs").is_file():
            raise Unusable("The terminal's files are missing. Install handrail again, with npm's registry in reach.")
        scenario = localised(load(args.scenario), args.language)
        with opened(scenario, args.workspace) as workspace:
            runtime = trust.choose(scenario, workspace, args)
            if args.cleanup:
                return asyncio.run(leaving.clean_up(scenario, workspace, runtime))
            asyncio.run(play(args, scenario, workspace, runtime))
    except (Unusable, *FAILURES, trust.NotApproved) as error:
        print(f"handrail: {sentence(error)}", file=sys.stderr)
        return CANNOT_BEGIN
    return 0


def bind(port: int | None, last: int | None) -> socket.socket:
    """A listening socket on loopback. Raises Unusable when the port that was asked for is taken."""
    free = [*([last] if last else []), *range(FIRST_PORT, FIRST_PORT + PORTS_TRIED), 0]
    wanted = free if port is None else [port]
    for number in wanted:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((ADDRESS, number))
            listener.listen(128)
        except (OSError, OverflowError) as error:
            listener.close()
            if isinstance(error, OSError) and error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            continue
        listener.setblocking(False)
        return listener
    raise Unusable(f"Port {port} cannot be used. Leave out --port to take a free one, or name another.")


def bind_beside(port: int) -> socket.socket:
    """The previews' listening socket: so far from the page's port, or any that is free."""
    try:
        return bind(port + TO_PREVIEWS, None)
    except Unusable:
        return bind(0, None)


async def play(args: argparse.Namespace, scenario: Scenario, workspace: Workspace, runtime: Runtime) -> None:
    """Serves one session until it is told to stop."""
    kept = credentials.load(workspace.path)
    listener = bind(args.port, kept.port)
    port = listener.getsockname()[1]
    try:
        credentials.save(workspace.path, credentials.Credentials(kept.token, port))
    except OSError as error:
        reason = f"{workspace.path} cannot be written ({error.strerror})"
        raise Unusable(f"{reason}. Free some space, then try again.") from None
    previews = bind_beside(port)
    origins = Origins(previews.getsockname()[1], port, kept.token)
    session = Session(scenario, workspace, runtime=runtime)
    player = Player(session, origins, can_skip=args.instructor or args.watch, watch=args.watch)
    address = f"http://{ADDRESS}:{port}/#token={kept.token}"
    failures: list[Exception] = []
    app = create_app(Course({ROOT: player}), lifespan(player, args, address, failures))
    hosts = [f"{ADDRESS}:{port}", f"localhost:{port}"]
    guard = Guard(app, token=kept.token, hosts=hosts, lesson=credentials.lesson(workspace.path), frames=origins.pattern)
    beside = Beside(config(Listener(origins), LARGEST_MESSAGE, lifespan="off", date_header=False))
    serving = asyncio.create_task(beside.serve(sockets=[previews]))
    try:
        with suppress(SystemExit):  # so uvicorn ends when the start failed; the reason is in `failures`
            await Server(config(guard, LARGEST_FRAME), beside).serve(sockets=[listener])
    finally:
        beside.should_exit = True
        await serving
    if failures:
        raise failures[0]
    leaving.tell_what_stays(session, args)


def config(app: Any, largest_message: int, **more: Any) -> uvicorn.Config:
    """How both ports are served."""
    return uvicorn.Config(
        app, log_level="critical", access_log=False, loop="asyncio", http="h11", ws="websockets-sansio",
        ws_max_size=largest_message, ws_per_message_deflate=False, server_header=False,
        timeout_graceful_shutdown=GRACE, **more,
    )  # fmt: skip


class Beside(uvicorn.Server):
    """Serves the previews' port until the page's server stops it."""

    @contextmanager
    def capture_signals(self) -> Any:
        yield


class Server(uvicorn.Server):
    """Stops on SIGHUP too (a closed terminal window), and leaves the exit status to us."""

    def __init__(self, config: uvicorn.Config, beside: Beside) -> None:
        super().__init__(config)
        self.beside = beside

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Both stop at once, or the one would wait for the other's connections."""
        self.beside.should_exit = True
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Any:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


def lifespan(player: Player, args: argparse.Namespace, address: str, failures: list[Exception]) -> Any:
    """Starts the session once the port is ours, ends all of it at last. A start that fails goes to `failures`."""

    @asynccontextmanager
    async def whole_life(_app: Any) -> AsyncIterator[None]:
        try:
            await player.start()
        except Exception as error:  # told by run, once the server is down
            failures.append(error)
            await player.stop()
            raise
        works = [
            background.follow_preparation(player),
            background.follow_terminals(player),
            background.follow_services(player),
            background.follow_previews(player),
            background.check_by_itself(player),
        ]
        if args.watch:
            works.append(background.follow_files(player, args.language))
        tasks = [asyncio.create_task(work) for work in works]
        announce(args, address)
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await player.stop()

    return whole_life


def announce(args: argparse.Namespace, address: str) -> None:
    """Prints the address as one line, and opens it in a browser unless told not to."""
    print(f"handrail: open {address}", flush=True)
    if args.no_browser:
        return
    print("handrail: Ctrl-C stops it; the same command goes on where you were.", flush=True)
    # Some browsers are waited for until they are closed: that must not hold up the end.
    threading.Thread(target=open_browser, args=(address,), daemon=True).start()


def open_browser(address: str) -> None:
    """Shows the address in the user's browser, or says that there is none."""
    import webbrowser  # not before the page is served

    if not webbrowser.open(address):
        print("handrail: no browser could be started. Open the address above in one yourself.", flush=True)
