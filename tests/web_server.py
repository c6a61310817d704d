"""A small web server for as long as a test needs it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Quiet(BaseHTTPRequestHandler):
    """Answers without a line in the log."""

    def log_message(self, *_arguments: Any) -> None:
        """Nothing."""


class OnIPv4(ThreadingHTTPServer):
    daemon_threads = True


class OnIPv6(OnIPv4):
    address_family = socket.AF_INET6


@contextmanager
def serving(handler: type[Quiet], *, host: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """Serves by this handler; its port."""
    server = (OnIPv6 if ":" in host else OnIPv4)((host, port), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
