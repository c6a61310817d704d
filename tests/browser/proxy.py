"""An HTTP proxy between Chromium and the player that can cut every connection in the middle, as a bad network does."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import suppress

# "GET http://127.0.0.1:1/path HTTP/1.1", or "CONNECT 127.0.0.1:1 HTTP/1.1" for a WebSocket.
_TARGET = re.compile(rb"^(\w+) (http://)?[\d.]+:(\d+)(/\S*)? ")


class CuttingProxy:
    """Listens on `port`. While `broken`, connections are refused."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.broken = False
        self.open: set[socket.socket] = set()
        self.lock = threading.Lock()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client: socket.socket) -> None:
        with suppress(OSError), client:
            self.keep(client)
            if self.broken:
                return
            head = b""
            while b"\r\n\r\n" not in head:
                piece = client.recv(65536)
                if not piece:
                    return
                head += piece
            match = _TARGET.match(head)
            if match is None:  # Chromium asks for its maker's servers
                return
            with socket.create_connection(("127.0.0.1", int(match[3]))) as server:
                self.keep(server)
                if match[1] == b"CONNECT":
                    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                else:
                    rewritten = re.sub(rb"(?i)\r\n(?:proxy-)?connection: [^\r]*", b"", _TARGET.sub(rb"\1 \4 ", head))
                    # One request for each connection keeps this proxy simple.
                    server.sendall(rewritten.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
                threading.Thread(target=self.copy, args=(client, server), daemon=True).start()
                self.copy(server, client)

    def keep(self, connection: socket.socket) -> None:
        with self.lock:
            self.open.add(connection)

    def copy(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(16384):
                target.sendall(piece)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        """Ends every open connection at once, whatever is under way in it."""
        with self.lock:
            for connection in self.open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self.open.clear()

    def close(self) -> None:
        self.listener.close()
        self.cut()
