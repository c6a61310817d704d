"""One WebSocket on one terminal; `static/js/wire.js` is the other end and describes the frames.

Text frames from the page: `{"hello": {client, epoch, from, columns, lines}}` first, then `{"ack": n}` and
`{"size": [columns, lines] | null}`. Text frames to it: `{"hello": {epoch, start, live, received, earlier}}`, `size`
(with `smaller` where another window has less room), `speaker`, `received`.
"""

import asyncio
import contextlib
import json
import struct
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from handrail.server.guard import SUBPROTOCOL
from handrail.server.sharing import Connection, SharedTerminal
from handrail.terminal.replay import Attachment

HEADER = struct.Struct(">QQ")
INPUT_HEADER = struct.Struct(">Q")
# Typed bytes are confirmed with the next output; without output, at the latest after this many.
CONFIRM_EVERY = 64 * 1024
HELLO_WITHIN = 10.0  # seconds
BAD_MESSAGE = 1008
GONE = 4404  # the terminal was closed: do not come back


class TerminalSocket:
    """Serves one connection until it ends."""

    def __init__(self, websocket: WebSocket, shared: SharedTerminal) -> None:
        self.websocket = websocket
        self.shared = shared
        self.outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.connection = Connection(self.outbox.put_nowait)
        self.attachment: Attachment | None = None
        self.received = 0
        self.confirmed = 0

    async def serve(self) -> None:
        """Accepts, greets, then runs both directions until one ends."""
        await self.websocket.accept(subprotocol=SUBPROTOCOL)
        try:
            async with asyncio.timeout(HELLO_WITHIN):
                hello = await self.websocket.receive_json()
            self.attachment = self.greet(hello)
            # The greeting goes before any output, so that the page knows where the output belongs.
            while not self.outbox.empty():
                await self.websocket.send_json(self.outbox.get_nowait())
            tasks = {
                asyncio.create_task(self.send_output(self.attachment)),
                asyncio.create_task(self.send_news()),
                asyncio.create_task(self.take_input(self.attachment)),
            }
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            for task in done:
                task.result()
            await self.close(GONE)
        except (WebSocketDisconnect, OSError):
            pass
        except (ValueError, LookupError, TypeError, TimeoutError):
            await self.close(BAD_MESSAGE)
        finally:
            if self.attachment is not None:
                self.attachment.detach()
            self.shared.leave(self.connection)

    async def close(self, code: int) -> None:
        """Closes unless the other end was quicker."""
        if self.websocket.application_state is WebSocketState.CONNECTED:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect, OSError):
                await self.websocket.close(code)

    def greet(self, message: Any) -> Attachment:
        """Attaches where the page says it is; from the oldest byte kept when it knew another shell."""
        hello = message["hello"]
        client, since = str(hello["client"])[:64], whole(hello["from"])
        is_known = hello["epoch"] == self.shared.epoch
        attachment = self.shared.terminal.attach(since if is_known else None)
        self.received = self.confirmed = self.shared.join(self.connection, client)
        self.connection.tell(
            {
                "hello": {
                    "epoch": self.shared.epoch,
                    "start": attachment.start,
                    "live": self.shared.terminal.seq,
                    "received": self.received,
                    "earlier": self.shared.terminal.shows_earlier,
                }
            }
        )
        self.resize([hello["columns"], hello["lines"]])
        return attachment

    def resize(self, size: Any) -> None:
        """Notes what fits in this tab; None while nobody looks at it."""
        self.connection.size = None if size is None else (whole(size[0], 1000), whole(size[1], 1000))
        self.shared.fit()

    async def send_output(self, attachment: Attachment) -> None:
        """Output frames."""
        async for first, data in attachment:
            self.confirmed = self.received
            await self.websocket.send_bytes(HEADER.pack(first, self.received) + data)

    async def send_news(self) -> None:
        """Text frames."""
        while True:
            await self.websocket.send_json(await self.outbox.get())

    async def take_input(self, attachment: Attachment) -> None:
        """Frames from the page. Raises ValueError, LookupError, TypeError for what is not in the protocol."""
        while True:
            message = await self.websocket.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code", 1000))
            if (data := message.get("bytes")) is not None:
                if len(data) < INPUT_HEADER.size:
                    raise ValueError("a frame without its number")
                (first,) = INPUT_HEADER.unpack_from(data)
                self.received = self.shared.type(self.connection, first, data[INPUT_HEADER.size :])
                if self.received - self.confirmed >= CONFIRM_EVERY:
                    self.confirmed = self.received
                    self.connection.tell({"received": self.received})
                continue
            control = json.loads(message["text"])
            if "ack" in control:
                attachment.ack(whole(control["ack"]) - attachment.start)
            elif "size" in control:
                self.resize(control["size"])
            else:
                raise ValueError("an unknown message")


def whole(value: Any, most: int = 1 << 53) -> int:
    """The value when it is a whole number in range. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError("not a number in range")
    return value
