"""Passes a WebSocket on to a service, message by message."""

import asyncio
import ssl
from contextlib import suppress

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from websockets.typing import Origin, Subprotocol

from handrail.server.preview import headers
from handrail.server.preview.registry import LARGEST_MESSAGE, Origins, Preview
from handrail.server.preview.requests import CONNECT_WITHIN, may_be_asked

_GOING_AWAY = 1001


async def pass_on(
    preview: Preview, origins: Origins, host: str, scope: Scope, receive: Receive, send: Send
) -> None:  # fmt: skip
    """Opens the browser's socket once the service has opened its own; either's end is the other's."""
    browser = WebSocket(scope, receive, send)
    await browser.receive()  # websocket.connect
    try:
        service = await _connected(preview, origins, host, scope)
    except InvalidStatus as refusal:
        await browser.send_denial_response(Response(bytes(refusal.response.body or b""), refusal.response.status_code))
        return
    except (InvalidHandshake, InvalidURI, OSError, TimeoutError):
        await browser.send_denial_response(Response(f"Port {preview.port} opens no WebSocket here.\n", 502))
        return
    async with service:
        await browser.accept(service.subprotocol)
        ways = [asyncio.create_task(_to_service(browser, service)), asyncio.create_task(_to_browser(service, browser))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
    if browser.application_state is WebSocketState.CONNECTED and browser.client_state is WebSocketState.CONNECTED:
        with suppress(RuntimeError, WebSocketDisconnect):
            await browser.close(service.close_code or _GOING_AWAY, service.close_reason)


async def _connected(preview: Preview, origins: Origins, host: str, scope: Scope) -> ClientConnection:
    if not await may_be_asked(preview, origins):
        raise ConnectionRefusedError()
    target = (scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")).decode("latin-1")
    is_tls = preview.scheme == "https"
    unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if is_tls else None
    if unverified:
        unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
    sent = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in headers.to_service(scope["headers"], preview, origins.of(host), origins.token)
        if name not in (b"host", b"origin")
    ]
    refused: OSError | None = None
    for place in preview.places:
        try:
            return await connect(
                f"{'wss' if is_tls else 'ws'}://{headers.authority(preview)}{target}", host=place,
                origin=Origin(f"{preview.scheme}://{headers.authority(preview)}"),
                subprotocols=[Subprotocol(each) for each in scope["subprotocols"]] or None,
                additional_headers=sent, ssl=unverified, compression=None, proxy=None, user_agent_header=None,
                open_timeout=CONNECT_WITHIN, ping_interval=None, close_timeout=CONNECT_WITHIN,
                max_size=LARGEST_MESSAGE,
            )  # fmt: skip
        except ConnectionRefusedError as error:
            refused = error
    raise refused or ConnectionRefusedError()


async def _to_service(browser: WebSocket, service: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        while (message := await browser.receive())["type"] == "websocket.receive":
            text = message.get("text")
            await service.send(message["bytes"] if text is None else text)
        code = message.get("code") or _GOING_AWAY
        # Codes that only a lost connection has must not be sent: RFC 6455, 7.4.1.
        await service.close(code if code not in (1005, 1006, 1015) else 1000, message.get("reason") or "")


async def _to_browser(service: ClientConnection, browser: WebSocket) -> None:
    with suppress(ConnectionClosed, WebSocketDisconnect, RuntimeError):
        async for message in service:
            await (browser.send_text(message) if isinstance(message, str) else browser.send_bytes(message))
