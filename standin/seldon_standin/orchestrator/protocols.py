"""What differs between the protocols over REST: the components' paths, and how an answer becomes the next input."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from . import gojson
from .rest_messages import Payload, RestCallFailed
from .walk import OriginalStops

# Left as they are in a path by Go's client; quote() leaves letters, digits and _.-~ by itself.
_UNESCAPED = "$&+,/:;=@"


@dataclass(frozen=True)
class Protocol:
    """`paths` maps what a component is asked for to its path, in which {} is the model's name.

    `chain` makes what a component is sent of the client's message or of another component's answer. `health` is where a
    component says that it is well; None: it need only accept a connection.
    """

    paths: Mapping[str, str]
    chain: Callable[[Payload], Payload]
    health: str | None

    def path(self, method: str, model: str) -> str:
        return self.paths[method].format(model)


@lru_cache(maxsize=1024)
def escaped(path: str) -> str:
    """A path as it is written into a request."""
    return quote(path, safe=_UNESCAPED)


def _as_it_is(message: Payload) -> Payload:
    return message


@dataclass(frozen=True)
class _Chain:
    """A request, known by one of its `inputs`, as it is; of an answer, the request that has its `outputs` as inputs.

    A call raises RestCallFailed for what is neither, OriginalStops for JSON that is no object.
    """

    inputs: tuple[str, ...]
    outputs: str
    called: str  # how the original calls the protocol in its error

    def __call__(self, message: Payload) -> Payload:
        try:
            value = gojson.loads(message.unpacked())
        except ValueError as error:
            raise RestCallFailed(str(error)) from None
        if not isinstance(value, dict):
            raise OriginalStops("the message is JSON, but no object")
        if any(name in value for name in self.inputs):
            return message
        if self.outputs not in value:
            text = f"Failed to convert {self.called} response so it could be chained to new input"
            raise RestCallFailed(text)
        value[self.inputs[0]] = value.pop(self.outputs)
        try:
            body = gojson.dumps(value).encode("utf-8", "surrogatepass")
        except (ValueError, RecursionError) as error:
            raise RestCallFailed(str(error)) from None
        return Payload(body, message.content_type)


SELDON = Protocol(
    paths={
        "predict": "/predict",
        "transform-input": "/transform-input",
        "transform-output": "/transform-output",
        "route": "/route",
        "aggregate": "/aggregate",
        "feedback": "/send-feedback",
        "status": "/health/status",
        "metadata": "/metadata",
    },
    chain=_as_it_is,
    health="/api/v1.0/health/status",
)
V2 = Protocol(
    paths={
        "predict": "/v2/models/{}/infer",
        "transform-input": "/v2/models/{}/infer",
        "transform-output": "/v2/models/{}/infer",
        "route": "/v2/models/{}/route",
        "aggregate": "/v2/models/{}/aggregate",
        "status": "/v2/models/{}/ready",
        "metadata": "/v2/models/{}",
    },
    chain=_Chain(("inputs",), "outputs", "kfserving"),
    health="/v2/health/ready",
)
TENSORFLOW = Protocol(
    paths={
        "predict": "/v1/models/{}:predict",
        "transform-input": "/v1/models/{}:predict",
        "transform-output": "/v1/models/{}:predict",
        "route": "/v1/models/{}:route",
        "aggregate": "/v1/models/{}:aggregate",
        "status": "/v1/models/{}",
        "metadata": "/v1/models/{}/metadata",
    },
    chain=_Chain(("instances", "inputs"), "predictions", "tensorflow"),
    health=None,
)
# By the value of --protocol; kfserving is the old name of v2.
PROTOCOLS: Mapping[str, Protocol] = {"seldon": SELDON, "v2": V2, "kfserving": V2, "tensorflow": TENSORFLOW}
