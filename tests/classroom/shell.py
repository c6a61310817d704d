"""A learner's terminal by its WebSocket, with the cookie of whoever is signed in."""

from __future__ import annotations

import json
import struct
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from handrail.server.hub.guard import SESSION

from ..waiting import PATIENCE
from .local import Classroom


class Shell:
    """One connection to a terminal."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._typed = 0
        hello = {"client": uuid.uuid4().hex, "epoch": "", "from": 0, "columns": 200, "lines": 50}
        connection.send(json.dumps({"hello": hello}))

    def type(self, keys: bytes) -> None:
        self._connection.send(struct.pack(">Q", self._typed) + keys)
        self._typed += len(keys)

    def until(self, text: str) -> str:
        """What the terminal prints until this has come."""
        seen = ""
        while text not in seen:
            message = self._connection.recv(timeout=PATIENCE)
            seen += message[16:].decode(errors="replace") if isinstance(message, bytes) else ""
        return seen

    def says(self, line: str) -> str:
        """What the terminal prints until the line has been carried out."""
        end = uuid.uuid4().hex[:8]
        self.type(f"{line}; echo {end[:4]}''{end[4:]}\r".encode())
        return self.until(end)

    def is_closed(self) -> bool:
        """Whether the other end has closed it; looks for a second."""
        try:
            self._connection.recv(timeout=1)
        except TimeoutError:
            return False
        except ConnectionClosed:
            return True
        return False


@contextmanager
def shell(classroom: Classroom, name: str, session: str) -> Iterator[Shell]:
    """The first terminal of the learner of this name, for the session of a cookie. Raises InvalidStatus."""
    address = f"ws://127.0.0.1:{classroom.port}/user/{name}/api/lessons/lesson/terminals/T1/socket"
    with connect(
        address, origin=classroom.url, additional_headers={"Cookie": f"{SESSION}={session}"}, proxy=None,  # type: ignore[arg-type]
        compression=None, open_timeout=PATIENCE, subprotocols=["handrail"],  # type: ignore[list-item]
    ) as connection:  # fmt: skip
        yield Shell(connection)
