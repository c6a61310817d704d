"""The walk through the inference graph, the same for REST and gRPC.

What a payload is and how a component is called is the caller's business; which component is called with what,
and what comes back, is decided here, as the original executor does it.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from typing import Any, Generic, Protocol, TypeVar, cast

from .graph import Node

ALL_BRANCHES = -1
NO_BRANCH = -2

M = TypeVar("M")


class CallFailed(Exception):
    """A component failed or could not be reached. str() is the error in the original's words.

    `payload` is what the client gets to see instead of the error, if anything.
    """

    payload: Any = None


class OriginalStops(Exception):
    """A place where the original closes the connection or dies; the stand-in answers an error instead."""


class Calls(Protocol[M]):
    """How one request reaches the components. Every method may raise CallFailed.

    `chain` makes what a node is sent of the client's message or of what another node answered.
    """

    async def call(self, node: Node, method: str, message: M) -> M: ...

    def chain(self, node: Node, message: M) -> M: ...

    async def route(self, node: Node, message: M) -> int: ...

    async def aggregate(self, node: Node, messages: list[M]) -> M: ...

    def feedback_branch(self, node: Node, message: M) -> int: ...

    def with_routing(self, message: M, routing: dict[str, int]) -> M: ...

    def log(self, node: Node, kind: str, message: M) -> None: ...


class Walk(Generic[M]):
    """One request's way through the graph; `routing` collects what each node decided."""

    def __init__(self, calls: Calls[M], inject_routing: bool = False) -> None:
        self._calls = calls
        self._inject = inject_routing
        self.routing: dict[str, int] = {}

    async def predict(self, node: Node, message: M) -> M:
        answer = await self._children(node, await self._input(node, message))
        try:
            answer = await self._output(node, answer)
        except CallFailed as failure:
            # With routing injection the original loses the error of an output transformer: a body that is JSON
            # goes back as a success.
            if not self._inject or failure.payload is None:
                raise
            answer = cast(M, failure.payload)
        return self._calls.with_routing(answer, self.routing) if self._inject else answer

    async def _input(self, node: Node, message: M) -> M:
        transforms = "transform-input" in node.calls
        if not transforms and "predict" not in node.calls:
            return message
        message = self._calls.chain(node, message)
        self._log(node, "request", message)
        self.routing[node.name] = ALL_BRANCHES
        answer = await self._calls.call(node, "transform-input" if transforms else "predict", message)
        self._log(node, "response", answer)
        return answer

    async def _output(self, node: Node, message: M) -> M:
        if "transform-output" not in node.calls:
            return message
        message = self._calls.chain(node, message)
        self._log(node, "request", message)
        answer = await self._calls.call(node, "transform-output", message)
        self._log(node, "response", answer)
        return answer

    async def _children(self, node: Node, message: M) -> M:
        if not node.children:
            return message
        # Recorded: what a transformer hands to its children is logged as a request, too.
        self._log(node, "request", message)
        branch = await self._branch(node, message)
        if branch == NO_BRANCH:
            self.routing[node.name] = NO_BRANCH
            return message
        if branch == ALL_BRANCHES:
            answers = await _together([self.predict(child, message) for child in node.children])
        else:
            answers = [await self.predict(_child(node, branch), message)]
        self.routing[node.name] = branch
        if "aggregate" not in node.calls:
            return answers[0]
        self._log(node, "request", message)
        self.routing[node.name] = ALL_BRANCHES
        answer = await self._calls.aggregate(node, answers)
        self._log(node, "response", answer)
        return answer

    async def _branch(self, node: Node, message: M) -> int:
        if "route" in node.calls:
            return await self._calls.route(node, message)
        if node.implementation == "RANDOM_ABTEST":
            return _draw(node)
        return ALL_BRANCHES

    async def feedback(self, node: Node, message: M) -> M:
        """Children first, then the node itself; the answer is the node's own or the message."""
        if node.logger is not None and node.logger.mode in ("response", "all"):
            self._calls.log(node, "feedback", message)
        if node.children:
            branch = self._calls.feedback_branch(node, message)
            if branch == ALL_BRANCHES:
                await _together([self.feedback(child, message) for child in node.children])
            else:
                await self.feedback(_child(node, branch), message)
        if "feedback" in node.calls:
            return await self._calls.call(node, "feedback", message)
        return message

    def _log(self, node: Node, kind: str, message: M) -> None:
        if node.logger is not None and node.logger.mode in (kind, "all"):
            self._calls.log(node, kind, message)


def _child(node: Node, branch: int) -> Node:
    if not 0 <= branch < len(node.children):
        raise OriginalStops(f"node {node.name} has no branch {branch}: it has {len(node.children)} children")
    return node.children[branch]


def _draw(node: Node) -> int:
    """The branch of a RANDOM_ABTEST: the first with probability ratioA, else the second.

    The original looks at ratioA only where it is the only parameter.
    """
    ratio = node.parameters.get("ratioA", "0.5") if len(node.parameters) == 1 else "0.5"
    try:
        return 0 if random.random() < float(ratio) else 1
    except ValueError:
        raise CallFailed(f'strconv.ParseFloat: parsing "{ratio}": invalid syntax') from None


async def _together(ways: list[Coroutine[Any, Any, M]]) -> list[M]:
    """All at once; when some fail, all are waited for and the first of them in order counts."""
    if len(ways) == 1:
        return [await ways[0]]
    results = await asyncio.gather(*ways, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return cast("list[M]", results)
