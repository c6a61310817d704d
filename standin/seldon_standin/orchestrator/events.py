"""Request logging: CloudEvents to a sink, in the background, with a bounded queue.

A sink that is slow or gone costs events, never a prediction.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from .graph import Node
from .http_client import Client, TransportError
from .options import Options
from .rest_messages import Payload

log = logging.getLogger("events")

TYPES = {
    "request": "io.seldon.serving.inference.request",
    "response": "io.seldon.serving.inference.response",
    "feedback": "io.seldon.serving.feedback",
}
WORKERS = 4
MAX_QUEUED_BYTES = 16 << 20
COMPLAIN_SECONDS = 10.0
SEND_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Event:
    url: str
    kind: str
    node: str
    puid: str
    payload: Payload
    at: datetime


class EventLog:
    """Takes events from predictions and sends them; drops them when the queue is full."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._queue: asyncio.Queue[Event] = asyncio.Queue(options.log_queue)
        self._bytes = 0
        self._dropped = 0
        self._complained = -COMPLAIN_SECONDS
        self._client: Client | None = None
        self._workers: list[asyncio.Task[None]] = []

    def put(self, node: Node, kind: str, payload: Payload, puid: str) -> None:
        """Queue one event for the node's logger. Never waits, never raises."""
        assert node.logger is not None
        if not self._workers:  # most deployments log nothing and need no workers
            self._client = Client(SEND_SECONDS)
            loop = asyncio.get_running_loop()
            self._workers = [loop.create_task(self._work(self._client)) for _ in range(WORKERS)]
        size = len(payload.body)
        if self._queue.full() or (self._bytes and self._bytes + size > MAX_QUEUED_BYTES):
            self._dropped += 1
            self._complain(lambda: f"the queue is full: {self._dropped} events dropped so far")
            return
        self._bytes += size
        url = node.logger.url or self._options.default_sink
        self._queue.put_nowait(Event(url, kind, node.name, puid, payload, datetime.now(UTC)))

    async def _work(self, client: Client) -> None:
        while True:
            event = await self._queue.get()
            try:
                await self._send(client, event)
            except (TransportError, ValueError) as error:
                reason = str(error)
                self._complain(lambda: f"event for {event.url} lost: {reason}")  # noqa: B023 - called at once
            finally:
                self._bytes -= len(event.payload.body)
                self._queue.task_done()

    async def _send(self, client: Client, event: Event) -> None:
        parts = urlsplit(event.url if "://" in event.url else f"http://{event.url}")
        host, port = parts.hostname or "localhost", parts.port or 80
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        body = event.payload.unpacked()
        headers = self._headers(event, parts.netloc, len(body))
        reply = await client.request("POST", host, port, path, headers, body, True)
        if reply.status >= 300:
            self._complain(lambda: f"{event.url} answered {reply.status}")

    def _headers(self, event: Event, netloc: str, length: int) -> list[tuple[str, str]]:
        trace = f"{random.getrandbits(128):032x}"
        options = self._options
        headers = [
            ("Host", netloc),
            ("User-Agent", "Go-http-client/1.1"),
            ("Content-Length", str(length)),
            ("Ce-Endpoint", options.predictor),
            ("Ce-Id", str(uuid.uuid4())),
            ("Ce-Inferenceservicename", options.sdep),
            ("Ce-Modelid", event.node),
            ("Ce-Namespace", options.namespace),
            ("Ce-Protocol", options.protocol),
            ("Ce-Requestid", event.puid),
            ("Ce-Source", f"http://{options.hostname}:{options.http_port}/"),
            ("Ce-Specversion", "1.0"),
            ("Ce-Time", event.at.isoformat().replace("+00:00", "Z")),
            ("Ce-Traceparent", f"00-{trace}-{random.getrandbits(64):016x}-00"),
            ("Ce-Type", TYPES[event.kind]),
            ("Content-Type", event.payload.content_type),
            ("Traceparent", f"00-{trace}-{random.getrandbits(64):016x}-00"),
            ("Accept-Encoding", "gzip"),
        ]
        return headers

    def _complain(self, text: Callable[[], str]) -> None:
        """Say what goes wrong, at most every COMPLAIN_SECONDS: a dead sink must not fill the log."""
        now = time.monotonic()
        if now - self._complained >= COMPLAIN_SECONDS:
            self._complained = now
            log.warning("request logging: %s", text())

    async def close(self) -> None:
        """Give what is queued two seconds to leave, then give up."""
        if not self._workers:
            return
        try:
            async with asyncio.timeout(2):
                await self._queue.join()
        except TimeoutError:
            log.warning("request logging: %d events were not sent before the end", self._queue.qsize())
        for worker in self._workers:
            worker.cancel()
        if self._client is not None:
            self._client.close()
