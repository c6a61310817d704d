"""One terminal shown by several connections: who has sent what, which size fits all, who answers programs."""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from handrail.terminal.terminal import Terminal

# Browser tabs whose typed bytes we can still tell apart after a reconnect.
CLIENTS_REMEMBERED = 64


class Connection:
    """One WebSocket on a terminal. `tell` queues a JSON message to it."""

    def __init__(self, tell: Callable[[dict[str, Any]], None]) -> None:
        self.tell = tell
        self.client = ""
        self.size: tuple[int, int] | None = None  # columns, lines; None while its tab is hidden


class SharedTerminal:
    """A terminal and the connections that show it. `epoch` names this terminal's life."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.epoch = secrets.token_hex(8)
        self.connections: list[Connection] = []
        self.received: OrderedDict[str, int] = OrderedDict()
        self.size: tuple[int, int] | None = None
        self.speaker: Connection | None = None

    def join(self, connection: Connection, client: str) -> int:
        """Adds a connection; returns how many typed bytes of this client have arrived before."""
        connection.client = client
        self.connections.append(connection)
        self.speak(connection)
        received = self.received.setdefault(client, 0)
        self.received.move_to_end(client)
        while len(self.received) > CLIENTS_REMEMBERED:
            self.received.popitem(last=False)
        return received

    def leave(self, connection: Connection) -> None:
        """Removes a connection; what is left may use more room."""
        if connection in self.connections:
            self.connections.remove(connection)
        if self.speaker is connection:
            self.speaker = None
            if self.connections:
                self.speak(self.connections[-1])
        self.fit()

    def type(self, connection: Connection, first: int, data: bytes) -> int:
        """Writes what is new of the bytes numbered from `first`; returns the count received so far.

        Raises ValueError when bytes before them are missing: the client must connect again.
        """
        received = self.received.get(connection.client, 0)
        if first > received:
            raise ValueError("typed bytes are missing")
        fresh = data[received - first :]
        if fresh:
            self.speak(connection)
            self.terminal.write(fresh)
            self.received[connection.client] = received + len(fresh)
        return self.received.get(connection.client, 0)

    def speak(self, connection: Connection) -> None:
        """Only one tab's emulator answers when a program asks the terminal something: the last one used."""
        if self.speaker is connection:
            return
        if self.speaker is not None:
            self.speaker.tell({"speaker": False})
        self.speaker = connection
        connection.tell({"speaker": True})

    def fit(self) -> None:
        """Gives the terminal the largest size that every visible tab can show, and tells them; those that have more
        room are told that another one is smaller."""
        sizes = [each.size for each in self.connections if each.size is not None]
        if not sizes:
            return
        size = (min(columns for columns, _ in sizes), min(lines for _, lines in sizes))
        if size != self.size:
            self.size = size
            self.terminal.resize(*size)
        for each in self.connections:
            is_cut = each.size is not None and each.size != size
            each.tell({"size": list(size), **({"smaller": True} if is_cut else {})})
