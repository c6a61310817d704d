"""Protocol tensorflow over REST: its paths, and what the components of a graph are asked."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from .component import Component, Orchestrator, Peer, node

BODY = b'{"instances": [[1.5]]}'
ARGUMENTS = ("--shutdown_delay", "0s", "--protocol", "tensorflow", "--full_health_checks")


@pytest.fixture(scope="module")
def component() -> Iterator[Component]:
    made = Component()
    yield made
    made.close()


@pytest.fixture
def asked(component: Component) -> list[tuple[str, bytes]]:
    """What the component is asked from now on: path and body. It answers with one prediction."""
    requests: list[tuple[str, bytes]] = []

    def answer(peer: Peer) -> None:
        while (request := peer.request()) is not None:
            requests.append((request[0].decode().split(" ")[1], request[1]))
            peer.answer(b'{"predictions": [[2.5]]}')

    component.behave = answer
    return requests


@pytest.fixture(scope="module")
def orchestrator(component: Component, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orchestrator]:
    graph = node("t", component, "TRANSFORMER", node("m", component))
    made = Orchestrator(graph, tmp_path_factory.mktemp("orchestrator"), arguments=ARGUMENTS)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/v1/models/some:predict", ["some", "some"]),
        ("/v1/models/some/:predict", ["some", "some"]),
        ("/v1/models/:predict", ["t", "m"]),
        ("/v1/models:predict", ["t", "m"]),
    ],
)
def test_predictions_become_the_instances_of_the_next(
    orchestrator: Orchestrator, asked: list[tuple[str, bytes]], path: str, names: list[str]
) -> None:
    answer = orchestrator.post(BODY, path=path)
    assert (answer.status, answer.body) == (200, b'{"predictions": [[2.5]]}')
    assert [one for one, _ in asked] == [f"/v1/models/{name}:predict" for name in names]
    assert [json.loads(body) for _, body in asked] == [{"instances": [[1.5]]}, {"instances": [[2.5]]}]


@pytest.mark.parametrize(
    ("path", "called"), [("/v1/models/m", "/v1/models/m"), ("/v1/models/m/metadata", "/v1/models/m/metadata")]
)
def test_one_node_can_be_asked_about(
    orchestrator: Orchestrator, asked: list[tuple[str, bytes]], path: str, called: str
) -> None:
    assert orchestrator.get(path).status == 200
    assert asked == [(called, b"")]


def test_feedback_reaches_no_component(orchestrator: Orchestrator, asked: list[tuple[str, bytes]]) -> None:
    answer = orchestrator.post(b'{"reward": 1}', path="/api/v1.0/feedback")
    assert (answer.status, answer.body) == (200, b'{"reward": 1}')
    assert not asked


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ready", 200),
        ("/v1/models/m:predict", 500),
        ("/v1/models/", 404),
        ("/v1/models/m/1", 404),
        ("/v2/models/m", 404),
    ],
)
def test_which_paths_there_are(
    orchestrator: Orchestrator, asked: list[tuple[str, bytes]], path: str, status: int
) -> None:
    assert orchestrator.get(path).status == status


def test_what_is_no_request_is_told(orchestrator: Orchestrator, asked: list[tuple[str, bytes]]) -> None:
    answer = orchestrator.post(b"{}", path="/v1/models/m:predict")
    assert answer.info == "Failed to convert tensorflow response so it could be chained to new input"
    assert not asked
