"""The status of a SeldonDeployment: state, conditions, and what became of its Deployments and Services.

Conditions follow Knative's rules, as the original's do: Ready repeats the condition that was last marked false, and is
true when every other one is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal

from .components import Components

Json = dict[str, Any]
Outcome = Literal["created", "updated", "same"]

READY = "Ready"
DEPLOYMENTS, SERVICES, HPAS, PDBS = "DeploymentsReady", "ServicesReady", "HpasReady", "PdbsReady"
KEDA, ISTIO, AMBASSADOR = "KedaReady", "istioVirtualServicesReady", "AmbassadorMappingsReady"
DEPENDENTS = (DEPLOYMENTS, SERVICES, KEDA, ISTIO, AMBASSADOR, HPAS, PDBS)
STUCK = "Deployment is no longer progressing and not available."


class Conditions:
    """The list `status.conditions`, sorted by type; `now` gives the time as the API writes it."""

    def __init__(self, existing: Iterable[Json], now: Callable[[], str]) -> None:
        self._by_type = {condition["type"]: dict(condition) for condition in existing}
        self._now = now

    def listed(self) -> list[Json]:
        return [self._by_type[kind] for kind in sorted(self._by_type)]

    def mark(self, kind: str, status: str, reason: str = "", message: str = "") -> None:
        """Set one condition to "True", "False" or "Unknown" and let Ready follow."""
        self._set(kind, status, reason, message)
        if status == "False":
            self._set(READY, status, reason, message)
        elif status == "True":
            self._follow()
        elif not any(self._status(other) == "False" for other in DEPENDENTS):
            self._set(READY, status, reason, message)

    def _status(self, kind: str) -> str:
        return str(self._by_type.get(kind, {}).get("status", ""))

    def _set(self, kind: str, status: str, reason: str, message: str) -> None:
        made = {"type": kind, "status": status, "reason": reason, "message": message}
        made = {key: value for key, value in made.items() if value}
        before = self._by_type.get(kind, {})
        if {key: value for key, value in before.items() if key != "lastTransitionTime"} != made:
            self._by_type[kind] = {**made, "lastTransitionTime": self._now()}

    def _follow(self) -> None:
        present = [self._by_type[kind] for kind in DEPENDENTS if kind in self._by_type]
        present.sort(key=lambda condition: str(condition.get("lastTransitionTime", "")), reverse=True)
        for status in ("False", "Unknown"):
            for condition in present:
                if condition["status"] == status:
                    self._set(READY, status, condition.get("reason", ""), condition.get("message", ""))
                    return
        if len(present) < len(DEPENDENTS):
            self._set(READY, "Unknown", "", "")
        else:
            self._set(READY, "True", "", "")


@dataclass(frozen=True)
class DeploymentSeen:
    """What a reconciliation did to one Deployment, and the Deployment as the API server has it."""

    name: str
    outcome: Outcome
    live: Json


def _condition(deployment: Json, kind: str) -> Json:
    found = deployment.get("status", {}).get("conditions") or []
    return next((condition for condition in found if condition["type"] == kind), {})


class Status:
    """A status being brought up to date; call its methods in the order of a reconciliation, then `data`."""

    def __init__(self, current: Json | None, now: Callable[[], str]) -> None:
        self._data: Json = deepcopy(current or {})
        self.conditions = Conditions(self._data.get("conditions") or [], now)

    def data(self) -> Json:
        data = {key: value for key, value in self._data.items() if value}
        conditions = self.conditions.listed()
        return {**data, "conditions": conditions} if conditions else data

    def services(self, made: Components, outcomes: Mapping[str, Outcome], *, complete: bool) -> bool:
        """Note the Services; true if all were there unchanged. `complete` is false until the Deployments are ready."""
        settled = all(outcome == "same" for outcome in outcomes.values())
        for name, outcome in outcomes.items():
            if outcome != "created":
                self._data["address"] = {"url": made.address}
            if outcome == "same":
                self._data.setdefault("serviceStatus", {})[name] = made.service_status[name]
        if complete and settled:
            self.conditions.mark(SERVICES, "True", "All services created")
        else:
            self.conditions.mark(SERVICES, "False", "Not all services created")
        return settled

    def beside(self, kind: str, outcomes: Iterable[Outcome]) -> bool:
        """Note autoscalers (HPAS) or disruption budgets (PDBS)."""
        word = {HPAS: "HPAs", PDBS: "PDBs"}[kind]
        listed = list(outcomes)
        settled = all(outcome == "same" for outcome in listed)
        if not settled:
            self.conditions.mark(kind, "False", f"{word} not ready")
        else:
            self.conditions.mark(kind, "True", f"All {word} resources ready" if listed else f"No {word} defined")
        return settled

    def without_keda(self) -> None:
        self.conditions.mark(KEDA, "True", "No KEDA resources defined")

    def deployments(self, seen: Iterable[DeploymentSeen], default: str) -> tuple[bool, bool]:
        """Note the Deployments: are they ready, and do they progress? `default` is the one that gives `replicas`."""
        ready = progressing = True
        latest: Json = {}
        for one in seen:
            live = one.live.get("status", {})
            stale = live.get("observedGeneration", 0) < one.live.get("metadata", {}).get("generation", 0)
            if one.outcome != "same":
                ready = False
                continue
            self._count(one.name, live, default)
            if stale or not live.get("readyReplicas") or live.get("unavailableReplicas"):
                if ready and not stale:
                    available, progress = _condition(one.live, "Available"), _condition(one.live, "Progressing")
                    self._deployments_condition(available)
                    if available.get("status") == progress.get("status") == "False":
                        progressing = False
                ready = False
            elif ready:
                condition = _condition(one.live, "Available")
                times = (c.get("lastTransitionTime", "") for c in (latest, condition))
                if not latest or next(times) < next(times):
                    latest = condition
        if ready:
            self._deployments_condition(latest or {"status": "Unknown"})
        return ready, progressing

    def _deployments_condition(self, condition: Json) -> None:
        if condition:
            reason, message = condition.get("reason", ""), condition.get("message", "")
            self.conditions.mark(DEPLOYMENTS, condition["status"], reason, message)

    def _count(self, name: str, live: Json, default: str) -> None:
        numbers = {key: live.get(key, 0) for key in ("replicas", "availableReplicas")}
        entries = self._data.setdefault("deploymentStatus", {})
        before = entries.get(name, {})
        if numbers != {key: before.get(key, 0) for key in numbers}:
            entries[name] = {key: value for key, value in numbers.items() if value}
            if name == default:
                self._data["replicas"] = numbers["replicas"]

    def without_ingress(self) -> None:
        """The stand-in has neither Istio nor Ambassador; the conditions appear once the Deployments are ready."""
        self.conditions.mark(ISTIO, "True", "No VirtualServices defined")
        self.conditions.mark(AMBASSADOR, "True", "No Ambassador Mappaings defined")

    def forget(self, *, deployments: Iterable[str] = (), services: Iterable[str] = ()) -> None:
        """Drop entries of what is gone."""
        for name in deployments:
            self._data.get("deploymentStatus", {}).pop(name, None)
        for name in services:
            self._data.get("serviceStatus", {}).pop(name, None)

    def known(self, part: Literal["deploymentStatus", "serviceStatus"]) -> list[str]:
        return list(self._data.get(part) or {})

    def conclude(self, *, settled: bool, deployments_ready: bool, progressing: bool) -> None:
        """Set state and description; `settled` is false while Services, autoscalers or budgets change."""
        description = ""
        if deployments_ready and settled:
            state = "Available"
        elif not deployments_ready and not progressing:
            state, description = "Failed", STUCK
        else:
            state = "Creating"
        self._data["state"], self._data["description"] = state, description

    def fail(self, description: str) -> None:
        self._data["state"], self._data["description"] = "Failed", description
