"""Compares the status that the operator would write with the recorded one, without a cluster.

What only the cluster knows is taken from the recording: the numbers of replicas of the Deployments and the word of the
Deployments' own condition. Everything else follows from the manifest.
"""

from __future__ import annotations

from typing import Any

from seldon_standin.operator import components
from seldon_standin.operator.status import DEPLOYMENTS, HPAS, PDBS, DeploymentSeen, Status

from .apiserver import refusal
from .differences import differences
from .objects import chart_settings
from .result import Result

Json = dict[str, Any]

TIME = "2026-11-22T00:00:00Z"


def comparable(status: Json) -> Json:
    """A status without times and without the order of its conditions."""
    conditions = [{k: v for k, v in c.items() if k != "lastTransitionTime"} for c in status.get("conditions") or []]
    by_type = {condition["type"]: condition for condition in conditions}
    return {**{k: v for k, v in status.items() if k != "conditions"}, **({"conditions": by_type} if by_type else {})}


def _live(name: str, recorded: Json) -> Json:
    """A Deployment's own status, as far as the recorded status of the SeldonDeployment tells it."""
    numbers = (recorded.get("deploymentStatus") or {}).get(name, {})
    replicas, available = numbers.get("replicas", 0), numbers.get("availableReplicas", 0)
    said = next((c for c in recorded.get("conditions", []) if c["type"] == DEPLOYMENTS), {})
    failed = recorded.get("state") == "Failed"
    progress = {"type": "Progressing", "status": "False" if failed else "True"}
    live = {"replicas": replicas, "availableReplicas": available, "readyReplicas": available}
    live["unavailableReplicas"] = replicas - available
    return {"status": {**live, "conditions": [{**said, "type": "Available"}, progress]}}


def predicted(manifest: Json, recorded: Json) -> Json:
    """The status after the operator has made everything and then looked again."""
    status = Status(None, lambda: TIME)
    try:
        made = components.build(manifest, chart_settings())
    except components.ComponentError as error:
        status.fail(str(error))
        return status.data()
    for outcome in ("created", "same"):
        services = {item["metadata"]["name"]: outcome for item in made.services}
        settled = status.services(made, services, complete=False)
        settled &= status.beside(HPAS, [outcome] * len(made.autoscalers))
        status.without_keda()
        settled &= status.beside(PDBS, [outcome] * len(made.budgets))
        refused = next(filter(None, map(refusal, made.deployments)), None)
        if refused is not None:
            status.fail(refused)
            continue
        names = [item["metadata"]["name"] for item in made.deployments]
        seen = [DeploymentSeen(name, outcome, _live(name, recorded)) for name in names]
        ready, progressing = status.deployments(seen, made.default_deployment)
        if ready:
            status.services(made, services, complete=True)
            status.without_ingress()
        status.conclude(settled=settled, deployments_ready=ready, progressing=progressing)
    return status.data()


def compare(name: str, recorded: Json, ours: Json) -> Result:
    lines = differences(comparable(recorded), comparable(ours))
    return Result(name, "status", "all", "differs" if lines else "agreed", "; ".join(lines))


def compare_status(name: str, case: Json) -> list[Result]:
    """Compare the recorded `status` with the one that follows from the manifest."""
    if "manifest" not in case or "status" not in case:
        return []
    return [compare(name, case["status"], predicted(case["manifest"], case["status"]))]
