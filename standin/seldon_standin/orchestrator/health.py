"""Readiness: every component accepts connections (or, with full health checks, says that it is well)."""

from __future__ import annotations

import asyncio

from .graph import Node, Predictor
from .http_client import Client, TransportError

CONNECT_SECONDS = 5.0


class Health:
    """`path` is where a component says that it is well; None: it need only accept a connection.

    `stopping` makes the pod unready while it still answers, so that its endpoint goes before it does.
    """

    def __init__(self, predictor: Predictor, client: Client, path: str | None) -> None:
        self._nodes = [node for node in predictor.graph.walk() if _reachable(node)]
        self._client = client
        self._path = path
        self.stopping = False

    async def ready(self) -> bool:
        if self.stopping:
            return False
        return all(await asyncio.gather(*map(self._well, self._nodes)))

    async def _well(self, node: Node) -> bool:
        return await (self._accepts(node) if self._path is None else self._healthy(node, self._path))

    async def _accepts(self, node: Node) -> bool:
        assert node.endpoint is not None
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._client.knock(node.endpoint.host, node.endpoint.http_port)
        except (TransportError, TimeoutError):
            return False
        return True

    async def _healthy(self, node: Node, path: str) -> bool:
        assert node.endpoint is not None
        host, port = node.endpoint.host, node.endpoint.http_port
        headers = (("Host", f"{host}:{port}"), ("User-Agent", "Go-http-client/1.1"))
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                reply = await self._client.request("GET", host, port, path, headers, None, True)
        except (TransportError, TimeoutError):
            return False
        return reply.status == 200


def _reachable(node: Node) -> bool:
    return node.endpoint is not None and bool(node.endpoint.host) and node.endpoint.http_port > 0
