"""The client to components and sinks, against sockets that misbehave."""

import asyncio
import socket

import pytest
from seldon_standin.orchestrator import http_client


def test_an_address_that_swallows_everything_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A listener whose queue is full: Linux drops what knocks, as the address of a pod that has gone does."""
    monkeypatch.setattr(http_client, "CONNECT_SECONDS", 0.2)

    async def knock(port: int) -> None:
        await http_client.Client().knock("127.0.0.1", port)

    with socket.socket() as listener, socket.socket() as waiting:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting.connect(listener.getsockname())
        port = listener.getsockname()[1]
        with pytest.raises(http_client.TransportError, match=rf"^dial tcp 127\.0\.0\.1:{port}: i/o timeout$"):
            asyncio.run(knock(port))
