"""What is on the cluster: the stand-in's definition and webhook, events, objects in the form of the recordings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from . import kubectl
from .definition import CRD, said
from .differences import differences
from .result import Result

Json = dict[str, Any]

SERVER_MADE = ("uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "namespace")
REVISION = "deployment.kubernetes.io/revision"


def image() -> str:
    """The image of the installed operator. Raises ClusterError when there is none."""
    listed = kubectl.get("deployments", "-A", "-l", "control-plane=seldon-controller-manager")
    items = (listed or {}).get("items") or []
    if not items:
        raise kubectl.ClusterError("the stand-in is not installed on this cluster; install standin/chart with helm")
    found: str = items[0]["spec"]["template"]["spec"]["containers"][0]["image"]
    return found


def as_recorded(item: Json) -> Json:
    """A stored object without what the API server and the controllers of Kubernetes write into every one."""
    item = {key: value for key, value in item.items() if key not in ("status", "apiVersion")}
    metadata = {key: value for key, value in item["metadata"].items() if key not in SERVER_MADE}
    annotations = {key: value for key, value in metadata.pop("annotations", {}).items() if key != REVISION}
    if annotations:
        metadata["annotations"] = annotations
    for reference in metadata.get("ownerReferences", []):
        reference.pop("uid", None)
    item["metadata"] = metadata
    if item["kind"] == "Service":
        for key in ("clusterIP", "clusterIPs"):
            item["spec"].pop(key, None)
    if item["kind"] == "Deployment":
        item["spec"]["template"]["metadata"].pop("creationTimestamp", None)
    return item


def events(sdep: str, namespace: str) -> set[tuple[str, str, str]]:
    """(type, reason, message) of the events about a SeldonDeployment."""
    fields = f"involvedObject.kind=SeldonDeployment,involvedObject.name={sdep}"
    listed = kubectl.get("events", "-n", namespace, "--field-selector", fields) or {"items": []}
    return {(e["type"], e["reason"], e["message"]) for e in listed["items"]}


def _webhooks() -> list[Json]:
    found = []
    for kind in ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"):
        for item in (kubectl.get(kind) or {"items": []})["items"]:
            if "seldon" not in item["metadata"]["name"]:
                continue
            for hook in item["webhooks"]:
                kept = {k: v for k, v in hook.items() if k not in ("clientConfig", "admissionReviewVersions")}
                service = {k: v for k, v in hook["clientConfig"]["service"].items() if k != "namespace"}
                found.append({"kind": kind, "configuration": item["metadata"]["name"], **kept, "service": service})
    return found


def compare(name: str, key: str, recorded: Any) -> Result:
    """`crd` or `webhooks` of a recording with what is installed."""
    ours = said(kubectl.get("crd", CRD) or {"spec": {"versions": []}}) if key == "crd" else _webhooks()
    lines = differences(recorded, ours)
    return Result(name, key, "all", "differs" if lines else "agreed", "; ".join(lines))


def compare_cases(name: str, cases: list[Json]) -> Iterator[Result]:
    """Each manifest to kubectl and, as the recording did, to the API with dryRun and strict fields."""
    for case in cases:
        manifest = case["manifest"]
        text = json.dumps(manifest)
        done = kubectl.run("create", "--dry-run=server", "-f", "-", text=text)
        stdout = done.stdout.replace(" (server dry run)", "")
        ours = {"exit": done.returncode, "stdout": stdout, "stderr": done.stderr}
        expected = {key: case["kubectl"][key] for key in ours}
        lines = differences(expected, ours, "kubectl")
        if case.get("api") is not None:
            lines += differences(case["api"], _post(manifest), "api")
        yield Result(name, "cases", case["about"], "differs" if lines else "agreed", "; ".join(lines))


def _post(manifest: Json) -> Json:
    """What the API server answers: the HTTP code and, if it refuses, the Status."""
    path = f"/apis/{manifest['apiVersion']}/namespaces/{manifest['metadata']['namespace']}/seldondeployments"
    query = "?dryRun=All&fieldValidation=Strict"
    done = kubectl.run("create", "--raw", path + query, "-f", "-", "-v=8", text=json.dumps(manifest))
    if done.returncode == 0:
        return {"httpCode": 201, "status": None}
    bodies = [line.strip() for line in done.stderr.splitlines() if line.strip().startswith('{"kind":"Status"')]
    status: Json = json.loads(bodies[0]) if bodies else {}
    kept = {key: status.get(key) for key in ("status", "reason", "message", "code", "details") if key in status}
    return {"httpCode": status.get("code"), "status": kept}
