"""A WebSocket that pushes a whole state to a page after each change."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from handrail.server.guard import SUBPROTOCOL
from handrail.server.watchers import Watchers


async def push_states(websocket: WebSocket, watchers: Watchers, state: Callable[[], dict[str, Any]]) -> None:
    """Pushes until the page closes; anything but a close from it ends it, too."""
    await websocket.accept(subprotocol=SUBPROTOCOL)

    async def push() -> None:
        told = ""
        async for _ in watchers.changes():
            now = state()
            words = json.dumps({**now, "now": 0})
            if words != told:
                told = words
                await websocket.send_json(now)

    pushing = asyncio.create_task(push())
    listening = asyncio.create_task(websocket.receive())
    try:
        await asyncio.wait({pushing, listening}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (pushing, listening):
            task.cancel()
        results = await asyncio.gather(pushing, listening, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect | OSError):
            raise result
