from typing import Any

import pytest
from seldon_standin.operator.components import Components
from seldon_standin.operator.status import DEPENDENTS, DeploymentSeen, Status

Json = dict[str, Any]

MADE = Components(service_status={"a": {"svcName": "a"}}, default_deployment="d", address="http://a/")


class Clock:
    def __init__(self) -> None:
        self.time = 0

    def __call__(self) -> str:
        self.time += 1
        return f"{self.time:03}"


def condition(status: Status, kind: str) -> Json:
    return next((c for c in status.data()["conditions"] if c["type"] == kind), {})


def seen(
    outcome: Any = "same", *, ready: int = 1, wanted: int = 1, progress: str = "True", generation: int = 1
) -> DeploymentSeen:
    available = "True" if ready == wanted and ready else "False"
    live = {
        "metadata": {"generation": generation},
        "status": {
            "observedGeneration": 1,
            "replicas": wanted,
            "availableReplicas": ready,
            "readyReplicas": ready,
            "unavailableReplicas": wanted - ready,
            "conditions": [
                {"type": "Available", "status": available, "reason": "because", "message": "so"},
                {"type": "Progressing", "status": progress},
            ],
        },
    }
    return DeploymentSeen("d", outcome, live)


def test_ready_needs_every_condition() -> None:
    status = Status(None, Clock())
    assert len(DEPENDENTS) > 2
    for kind in DEPENDENTS[:-1]:
        status.conditions.mark(kind, "True", "fine")
        assert condition(status, "Ready")["status"] == "Unknown"
    status.conditions.mark(DEPENDENTS[-1], "True", "fine")
    assert condition(status, "Ready")["status"] == "True"
    assert "reason" not in condition(status, "Ready")


def test_ready_repeats_the_condition_that_failed_last() -> None:
    status = Status(None, Clock())
    status.conditions.mark("ServicesReady", "False", "first")
    status.conditions.mark("DeploymentsReady", "False", "second", "words")
    assert (condition(status, "Ready")["reason"], condition(status, "Ready")["message"]) == ("second", "words")


def test_a_condition_keeps_its_time_until_it_changes() -> None:
    status = Status(None, Clock())
    status.conditions.mark("HpasReady", "True", "fine")
    before = condition(status, "HpasReady")["lastTransitionTime"]
    status.conditions.mark("HpasReady", "True", "fine")
    assert condition(status, "HpasReady")["lastTransitionTime"] == before
    status.conditions.mark("HpasReady", "False", "bad")
    assert condition(status, "HpasReady")["lastTransitionTime"] > before


def test_conditions_are_listed_by_type_and_survive() -> None:
    first = Status(None, Clock())
    first.without_ingress()
    first.without_keda()
    again = Status(first.data(), Clock())
    assert [c["type"] for c in again.data()["conditions"]] == [
        "AmbassadorMappingsReady",
        "KedaReady",
        "Ready",
        "istioVirtualServicesReady",
    ]


@pytest.mark.parametrize(
    ("deployment", "expected"),
    [
        (seen(), (True, True)),
        (seen("created"), (False, True)),
        (seen("updated"), (False, True)),
        (seen(ready=0), (False, True)),
        (seen(ready=1, wanted=2), (False, True)),
        (seen(ready=0, progress="False"), (False, False)),
        (seen(generation=2), (False, True)),
    ],
    ids=["ready", "created", "updated", "no pod", "one of two", "stuck", "not yet looked at"],
)
def test_deployments(deployment: DeploymentSeen, expected: tuple[bool, bool]) -> None:
    assert Status(None, Clock()).deployments([deployment], "d") == expected


@pytest.mark.parametrize(
    ("settled", "ready", "progressing", "state"),
    [
        (True, True, True, "Available"),
        (False, True, True, "Creating"),
        (True, False, True, "Creating"),
        (True, False, False, "Failed"),
    ],
)
def test_state(settled: bool, ready: bool, progressing: bool, state: str) -> None:
    status = Status({"description": "old"}, Clock())
    status.conclude(settled=settled, deployments_ready=ready, progressing=progressing)
    data = status.data()
    assert data["state"] == state
    assert ("description" in data) is (state == "Failed")


def test_services_are_listed_once_they_stand() -> None:
    status = Status(None, Clock())
    assert not status.services(MADE, {"a": "created"}, complete=True)
    assert status.data().get("serviceStatus") is None
    assert status.services(MADE, {"a": "same"}, complete=True)
    assert status.data()["serviceStatus"] == {"a": {"svcName": "a"}}
    assert status.data()["address"] == {"url": "http://a/"}


def test_replicas_are_those_of_the_first_deployment() -> None:
    status = Status(None, Clock())
    status.deployments([seen(ready=2, wanted=3)], "d")
    assert status.data()["replicas"] == 3
    assert status.data()["deploymentStatus"] == {"d": {"replicas": 3, "availableReplicas": 2}}
