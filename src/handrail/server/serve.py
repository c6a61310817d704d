"""The server of a course: its two ports, its life, and how its user learns of it."""

import argparse
import asyncio
import errno
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import uvicorn

from handrail.scenario.lessons import ROOT_ID
from handrail.server import credentials, leaving
from handrail.server.app import create_app
from handrail.server.course import Course
from handrail.server.errors import Unusable
from handrail.server.preview.listener import Listener
from handrail.server.preview.registry import LARGEST_MESSAGE, Origins
from handrail.server.token_guard import TokenGuard

ADDRESS = "127.0.0.1"
FIRST_PORT = 4270
PORTS_TRIED = 40
# From the page's port to that of the previews, so that whoever forwards ports by hand knows both.
TO_PREVIEWS = 100
# Time for open connections to end when the player stops.
GRACE = 1  # seconds
# Typed bytes come in frames of 32 KiB and a little more.
LARGEST_FRAME = 128 * 1024


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


async def serve(args: argparse.Namespace, state: Path, make_course: Callable[[Origins], Course]) -> None:
    """Serves the course until it is told to stop. `state`: the folder that keeps token and port. Raises Unusable, and
    what the start of a scenario that is played alone raises."""
    kept = credentials.load(state)
    listener = bind(args.port, kept.port)
    try:
        credentials.save(state, credentials.Credentials(kept.token, listener.getsockname()[1]))
    except OSError as error:
        raise Unusable(f"{state} cannot be written ({error.strerror}). Free some space, then try again.") from None
    served = Served(listener, kept.token, make_course, lambda address: announce(args, address), takes_signals=True)
    await served.run()
    leaving.tell_what_stays(served.course.left_behind, args)


class Served:
    """A course at its two ports, `listener` and one beside it. `ready` is told the address, which holds the token.
    `takes_signals`: they end it."""

    def __init__(
        self, listener: socket.socket, token: str, make_course: Callable[[Origins], Course],
        ready: Callable[[str], None], *, takes_signals: bool,
    ) -> None:  # fmt: skip
        port = listener.getsockname()[1]
        self._listener, self._previews = listener, bind_beside(port)
        origins = Origins(self._previews.getsockname()[1], port, token)
        self.course = make_course(origins)
        self._failures: list[Exception] = []
        address = f"http://{ADDRESS}:{port}/#token={token}"
        app = create_app(self.course, lifespan(self.course, lambda: ready(address), self._failed))
        hosts = [f"{ADDRESS}:{port}", f"localhost:{port}"]
        guard = TokenGuard(app, token=token, hosts=hosts, lesson=self.course.id, frames=origins.pattern)
        self._beside = Beside(config(Listener(origins), LARGEST_MESSAGE, lifespan="off", date_header=False))
        self._server = Server(config(guard, LARGEST_FRAME), self._beside, takes_signals=takes_signals)

    async def run(self) -> None:
        """Serves until it is stopped. Raises what the start of a scenario that is played alone raises."""
        serving = asyncio.create_task(self._beside.serve(sockets=[self._previews]))
        try:
            await self._server.serve(sockets=[self._listener])
        finally:
            self._beside.should_exit = True
            await serving
        if self._failures:
            raise self._failures[0]

    def stop(self) -> None:
        """Ends the lessons, then `run`."""
        self._server.stop()

    def _failed(self, error: Exception) -> None:
        self._failures.append(error)
        self.stop()


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
    """Stops on SIGHUP too (a closed terminal window), and leaves the exit status to us. `beside`: stops with it.
    `takes_signals`: false where somebody else ends it."""

    def __init__(self, config: uvicorn.Config, beside: Beside | None = None, *, takes_signals: bool = True) -> None:
        super().__init__(config)
        self.beside = beside
        self._takes_signals = takes_signals

    def stop(self) -> None:
        """Both stop at once, or the one would wait for the other's connections."""
        self.should_exit = True
        if self.beside is not None:
            self.beside.should_exit = True

    def handle_exit(self, sig: int, frame: Any) -> None:
        if self.beside is not None:
            self.beside.should_exit = True
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Any:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if self._takes_signals else ():
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


def lifespan(course: Course, ready: Callable[[], None], failed: Callable[[Exception], None]) -> Any:
    """Opens a scenario that is played alone once the port is ours, while the page is served already; says that it is
    `ready`, or why it `failed`; ends all lessons at last."""

    async def begin() -> None:
        try:
            if course.is_single:
                await course.enter(ROOT_ID)
        except Exception as error:  # told by run, once the server is down
            failed(error)
            return
        ready()
        await course.serve()

    @asynccontextmanager
    async def whole_life(_app: Any) -> AsyncIterator[None]:
        begun = asyncio.create_task(begin())
        yield
        begun.cancel()
        await asyncio.gather(begun, return_exceptions=True)
        await course.stop()

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
