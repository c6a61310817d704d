"""Holds the stand-in against recordings on the cluster of the current KUBECONFIG, where its chart is installed.

Everything happens in the recordings' own namespace, made if it is not there. The node must have the image of the
components under the names that the manifests use: see load-components.sh.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from seldon_standin.operator import names

from . import exchanges, installed, kubectl, objects, status, steps
from .case import Case, inner_cases, read_all
from .differences import differences
from .keys import DESCRIPTIONS
from .lost_feedback import lost_feedback
from .result import Result

Json = dict[str, Any]

SECONDS = 90.0
ENGINE_PORT = 8000
FAILING_SECONDS = 150.0
DRAWN_AGAIN = 40
# Compared while the recording's SeldonDeployment is there.
DEPLOYED = {"objects", "status", "exchanges", "events", "services", "kubectlGet", "sdepGet"}
CLAIM = "pvc://"
SKIPPED = {
    "pods": "the kubelet's view",
}


def on_cluster(folder: Path, only: str) -> Iterator[Result]:
    """Every recording of the folder whose name has `only` in it, one after the other. Raises ClusterError."""
    cases = [case for case in read_all(folder) if only in case.name]
    every = [one for case in cases for one in (case, *inner_cases(case))]
    namespaces = sorted({c.manifest["metadata"].get("namespace", "default") for c in every if c.manifest})
    relays = {}
    try:
        for namespace in namespaces or ["seldon"]:
            kubectl.run("create", "namespace", namespace)
            relays[namespace] = kubectl.Relay(namespace, installed.image())
        for case in cases:
            try:
                yield from _compare(case, relays)
            except kubectl.ClusterError as error:
                yield Result(case.name, "all", "all", "differs", str(error))
    finally:
        for relay in relays.values():
            relay.close()


def _compare(case: Case, relays: dict[str, kubectl.Relay]) -> Iterator[Result]:
    if "steps" in case.raw:
        yield from steps.compare_steps(case)
    elif case.manifest is not None:
        namespace = case.manifest["metadata"].get("namespace", "default")
        yield from _Deployed(case, case.manifest, namespace, relays[namespace]).results()
    for key, value in case.raw.items():
        if key in ("crd", "webhooks"):
            yield installed.compare(case.name, key, value)
        elif key == "cases":
            yield from installed.compare_cases(case.name, [one for one in value if "kubectl" in one])
        elif key not in DESCRIPTIONS | DEPLOYED | {"steps", "spies"}:
            yield Result(case.name, key, "all", "skipped", SKIPPED.get(key, "compared on processes"))

    for inner in inner_cases(case):
        if CLAIM in json.dumps(inner.manifest):
            yield Result(case.name, "cases", inner.name, "skipped", "it needs a claim with a model in it")
        else:
            for result in _compare(inner, relays):
                yield replace(result, case=case.name, item=f"{result.item} of {inner.name}")


class _Deployed:
    """One recording's SeldonDeployment on the cluster."""

    def __init__(self, case: Case, manifest: Json, namespace: str, relay: kubectl.Relay) -> None:
        self._case, self._manifest, self._namespace, self._relay = case, manifest, namespace, relay
        self._name: str = manifest["metadata"]["name"]
        self._by_lot = "RANDOM_ABTEST" in json.dumps(manifest)

    def results(self) -> Iterator[Result]:
        began = time.monotonic()
        kubectl.apply(self._manifest)
        try:
            recorded: Json = self._case.raw.get("status") or {}
            yield self._status(recorded, began)
            if "objects" in self._case.raw:
                yield from objects.compare(self._case.name, self._case.raw["objects"], self._stored())
            if "services" in self._case.raw:
                yield from objects.compare_services(self._case.name, self._case.raw["services"], self._stored())
            yield from self._events()
            yield from self._shown()
            if recorded.get("state") == "Available":
                yield from self._exchanges()
            elif self._case.raw.get("exchanges"):
                yield self._result("exchanges", "all", "skipped", "they went to a pod while a container was down")
        finally:
            kubectl.run("delete", "sdep", self._name, "-n", self._namespace, "--wait=false")
        yield self._nothing_left()

    def _result(self, key: str, item: str, outcome: Any, detail: str = "") -> Result:
        return Result(self._case.name, key, item, outcome, detail)

    def _status(self, recorded: Json, began: float) -> Result:
        """The status, once it has become what was recorded or the time is up; says how long that took."""
        found: list[Json] = [{}]

        def settled() -> bool:
            sdep = kubectl.get("sdep", self._name, "-n", self._namespace) or {}
            found[0] = sdep.get("status") or {}
            return status.comparable(found[0]) == status.comparable(recorded)

        seconds = FAILING_SECONDS if recorded.get("state") == "Failed" else SECONDS
        try:
            kubectl.wait("such status", settled, seconds)
        except kubectl.ClusterError:
            return status.compare(self._case.name, recorded, found[0])
        return self._result("status", "all", "agreed", f"{time.monotonic() - began:.1f} s after apply")

    def _stored(self) -> list[Json]:
        kinds = "deployments,services,horizontalpodautoscalers,poddisruptionbudgets"
        selector = f"seldon-deployment-id={names.seldon_id(self._name)}"
        listed = kubectl.get(kinds, "-n", self._namespace, "-l", selector) or {"items": []}
        return [installed.as_recorded(item) for item in listed["items"]]

    def _events(self) -> Iterator[Result]:
        for recorded in self._case.raw.get("events", []):
            if recorded.get("object", "SeldonDeployment").partition("/")[0] != "SeldonDeployment":
                continue
            wanted = (recorded["type"], recorded["reason"], recorded["message"])
            found = installed.events(self._name, self._namespace)
            outcome = "agreed" if wanted in found else "differs"
            yield self._result("events", recorded["reason"], outcome, "" if outcome == "agreed" else f"only {found}")

    def _shown(self) -> Iterator[Result]:
        """What `kubectl get sdep` prints, but for the age."""
        for key in ("kubectlGet", "sdepGet"):
            if key in self._case.raw:
                printed = kubectl.run("get", "sdep", self._name, "-n", self._namespace).stdout
                lines = differences(steps.ageless(self._case.raw[key]), steps.ageless(printed))
                yield self._result(key, "all", "differs" if lines else "agreed", "; ".join(lines))

    def _exchanges(self) -> Iterator[Result]:
        recorded = self._case.raw.get("exchanges") or []
        self._await_services(recorded)
        last_feedback = max((at for at, e in enumerate(recorded) if "feedback" in e["request"]["path"]), default=-1)
        for at, exchange in enumerate(recorded):
            item = f"{at} {exchange.get('about', '')}"
            target = exchange["target"]
            if "service" not in target:
                yield self._result("exchanges", item, "skipped", "it went to a pod")
                continue
            host = self._host(target)
            try:
                lines = self._exchange(exchange, lambda e=exchange, h=host, t=target: self._send(h, t["port"], e))
            except exchanges.CannotSend as error:
                yield self._result("exchanges", item, "skipped", str(error))
                continue
            except ConnectionError as error:
                lines = [f"no answer: {error}"]
            yield self._result("exchanges", item, "differs" if lines else "agreed", "; ".join(lines))
            if at == last_feedback:
                for request in lost_feedback(self._case):
                    self._relay.send(host, target["port"], request)

    def _host(self, target: Json) -> str:
        return f"{target['service']}.{self._namespace}.svc.cluster.local"

    def _await_services(self, recorded: list[Json]) -> None:
        """A ready pod is in its Service's rules only when kube-proxy has got to it."""
        for service, port in sorted({(e["target"].get("service", ""), e["target"]["port"]) for e in recorded}):
            if service:
                path = "/ready" if port == ENGINE_PORT else "/health/ping"
                request = {"method": "GET", "path": path, "headers": {}, "body": None}
                answers = partial(self._answers, self._host({"service": service}), port, request)
                kubectl.wait(f"answer of {service}:{port}", answers, SECONDS)

    def _answers(self, host: str, port: int, request: Json) -> bool:
        try:
            return self._relay.send(host, port, request).status == 200
        except ConnectionError:
            return False

    def _send(self, host: str, port: int, exchange: Json) -> exchanges.Answer:
        return self._relay.send(host, port, exchange["request"])

    def _exchange(self, exchange: Json, send: Callable[[], exchanges.Answer]) -> list[str]:
        lines = exchanges.compare(exchange, send(), lambda text: text)
        again = DRAWN_AGAIN if self._by_lot and exchange["request"]["path"].endswith("/predictions") else 0
        while lines and again:
            lines = exchanges.compare(exchange, send(), lambda text: text)
            again -= 1
        return lines

    def _nothing_left(self) -> Result:
        """After a delete, the objects go at once and the pods with their grace time."""
        try:
            kubectl.wait("empty namespace", lambda: not self._stored(), SECONDS)
        except kubectl.ClusterError:
            left = [f"{item['kind']} {item['metadata']['name']}" for item in self._stored()]
            return self._result("objects", "after the delete", "differs", f"left: {', '.join(left)}")
        return self._result("objects", "after the delete", "agreed")
