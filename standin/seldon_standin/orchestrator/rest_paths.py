"""Which path of the REST API leads to which answer, for each protocol."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from .http_server import Request, Response

# Of the request, the request's id, and the name in the path (empty where the path has none).
Answer = Callable[[Request, str, str], Awaitable[Response]]
Found = tuple["Route | None", str]

POSTS, GETS = ("OPTIONS", "POST"), ("GET", "OPTIONS")


@dataclass(frozen=True)
class Route:
    """`methods` None means any; `service` is the label of the server metrics, None where nothing is counted.

    `told` are the methods that a browser is told of, where they are others than `methods`.
    """

    answer: Answer
    methods: tuple[str, ...] | None
    service: str | None
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answers:
    """What can be answered; the last three are about a node."""

    predict: Answer
    feedback: Answer
    graph_metadata: Answer
    ready: Answer
    live: Answer
    prometheus: Answer
    documentation: Answer
    node_status: Answer
    node_metadata: Answer


def _everywhere(answers: Answers, prometheus_path: str) -> dict[str, Route]:
    return {
        "/ready": Route(answers.ready, None, None),
        "/live": Route(answers.live, None, None),
        prometheus_path: Route(answers.prometheus, None, None),
    }


class SeldonPaths:
    """/api/v1.0/…, and /api/v0.1/… for older clients."""

    def __init__(self, answers: Answers, prometheus_path: str) -> None:
        exact = _everywhere(answers, prometheus_path)
        for version in ("/api/v0.1", "/api/v1.0"):
            exact[f"{version}/predictions"] = Route(answers.predict, POSTS, "predictions")
            exact[f"{version}/feedback"] = Route(answers.feedback, POSTS, "feedback")
        exact["/api/v1.0/health/status"] = Route(answers.ready, GETS, "status")
        exact["/api/v1.0/status"] = Route(answers.ready, GETS, "status")
        exact["/api/v1.0/metadata"] = Route(answers.graph_metadata, GETS, "metadata")
        self._exact = exact
        self._of_node = {
            "status": Route(answers.node_status, GETS, "status"),
            "metadata": Route(answers.node_metadata, GETS, "metadata"),
        }
        self._documentation = Route(answers.documentation, None, None)

    def find(self, path: str, method: str) -> Found:
        """The route of a path with the name in it; None where there is none."""
        route = self._exact.get(path)
        if route is not None:
            return route, ""
        for version in ("/api/v0.1/", "/api/v1.0/"):
            if not path.startswith(version):
                continue
            kind, slash, rest = path[len(version) :].partition("/")
            if slash and rest and "/" not in rest and kind in self._of_node:
                return self._of_node[kind], rest
            if kind == "doc" and slash:
                return self._documentation, rest
        return None, ""


class V2Paths:
    """/v2/models/… of the Open Inference Protocol, as far as the original has it.

    /v2/models/infer asks each node under its own name; it is also the metadata's path of a model named infer.
    """

    def __init__(self, answers: Answers, prometheus_path: str) -> None:
        self._exact = _everywhere(answers, prometheus_path)
        self._exact["/v2/health/ready"] = Route(answers.ready, GETS, "status")
        told = (*POSTS, *GETS)
        self._unnamed = Route(answers.predict, POSTS, "predictions", told)
        self._named_infer = Route(answers.node_metadata, GETS, "metadata", told)
        self._of_model = {
            "": Route(answers.node_metadata, GETS, "metadata"),
            "ready": Route(answers.node_status, GETS, "status"),
            "infer": Route(answers.predict, POSTS, "predictions"),
        }

    def find(self, path: str, method: str) -> Found:
        """The route of a path with the name in it; None where there is none."""
        route = self._exact.get(path)
        if route is not None:
            return route, ""
        if path == "/v2/models/infer":
            return (self._named_infer, "infer") if method == "GET" else (self._unnamed, "")
        if path.startswith("/v2/models/"):
            name, slash, rest = path.removeprefix("/v2/models/").partition("/")
            if name and bool(slash) == bool(rest):
                return self._of_model.get(rest), name
        return None, ""


class TensorflowPaths:
    """/v1/models/… of TensorFlow Serving, and the feedback of the original's own API.

    :predict may also stand behind a slash, and without a name; then each node is asked under its own.
    """

    def __init__(self, answers: Answers, prometheus_path: str) -> None:
        self._exact = _everywhere(answers, prometheus_path)
        self._exact["/api/v1.0/feedback"] = Route(answers.feedback, POSTS, "feedback")
        self._exact["/v1/models:predict"] = Route(answers.predict, POSTS, "predictions")
        self._predict = Route(answers.predict, POSTS, "predictions", (*POSTS, *GETS))
        self._of_model = {
            "": Route(answers.node_status, GETS, "status"),
            "metadata": Route(answers.node_metadata, GETS, "metadata"),
            ":predict": Route(answers.predict, POSTS, "predictions"),
        }
        self._status_so_named = Route(answers.node_status, GETS, "status", (*POSTS, *GETS))

    def find(self, path: str, method: str) -> Found:
        """The route of a path with the name in it; None where there is none."""
        route = self._exact.get(path)
        if route is not None or not path.startswith("/v1/models/"):
            return route, ""
        name, slash, rest = path.removeprefix("/v1/models/").partition("/")
        if name.endswith(":predict") and not slash:
            # It is also the status of a model with such a name.
            return (self._status_so_named, name) if method == "GET" else (self._predict, name.removesuffix(":predict"))
        return (self._of_model.get(rest), name) if name and bool(slash) == bool(rest) else (None, "")


PATHS: dict[str, type[SeldonPaths] | type[V2Paths] | type[TensorflowPaths]] = {
    "seldon": SeldonPaths,
    "v2": V2Paths,
    "kfserving": V2Paths,
    "tensorflow": TensorflowPaths,
}
