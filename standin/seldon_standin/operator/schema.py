"""The structural schema of a SeldonDeployment, and the server-side errors that follow from it.

`python -m seldon_standin.operator.schema` prints it for the chart (standin/chart/files/schema.json). Pods, containers'
details and metrics are kept as they are: the API server checks them when the operator makes Deployments of them.
"""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]

LEVELS_OF_CHILDREN = 10
TEXT: Json = {"type": "string"}
TRUTH: Json = {"type": "boolean"}
NUMBER: Json = {"type": "integer", "format": "int32"}
TEXTS: Json = {"type": "object", "additionalProperties": TEXT}
ANYTHING: Json = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
NUMBER_OR_TEXT: Json = {"anyOf": [{"type": "integer"}, {"type": "string"}], "x-kubernetes-int-or-string": True}


def _object(properties: Json, required: tuple[str, ...] = (), *, open_ended: bool = False) -> Json:
    made: Json = {"type": "object", "properties": properties}
    if required:
        made["required"] = sorted(required)
    if open_ended:
        made["x-kubernetes-preserve-unknown-fields"] = True
    return made


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


def _resources() -> Json:
    amounts = {"type": "object", "additionalProperties": NUMBER_OR_TEXT}
    return _object({"limits": amounts, "requests": amounts}, open_ended=True)


def _variable() -> Json:
    return _object({"name": TEXT, "value": TEXT, "valueFrom": ANYTHING}, ("name",))


def _container(*, named: bool = True) -> Json:
    port = _object(
        {"name": TEXT, "containerPort": NUMBER, "protocol": TEXT, "hostPort": NUMBER, "hostIP": TEXT},
        ("containerPort",),
    )
    mount = _object({"name": TEXT, "mountPath": TEXT, "readOnly": TRUTH}, ("mountPath", "name"), open_ended=True)
    properties = {
        "name": TEXT,
        "image": TEXT,
        "imagePullPolicy": TEXT,
        "command": _list(TEXT),
        "args": _list(TEXT),
        "workingDir": TEXT,
        "env": _list(_variable()),
        "ports": _list(port),
        "resources": _resources(),
        "volumeMounts": _list(mount),
    }
    return _object(properties, ("name",) if named else (), open_ended=True)


def _component() -> Json:
    pod = _object(
        {
            "containers": _list(_container()),
            "initContainers": _list(_container()),
            "serviceAccountName": TEXT,
            "terminationGracePeriodSeconds": {"type": "integer", "format": "int64"},
            "nodeSelector": TEXTS,
            "volumes": _list(_object({"name": TEXT}, ("name",), open_ended=True)),
        },
        ("containers",),
        open_ended=True,
    )
    hpa = _object(
        {
            "minReplicas": NUMBER,
            "maxReplicas": NUMBER,
            "metrics": _list(_object({"type": TEXT}, ("type",), open_ended=True)),
            "metricsv2": _list(_object({"type": TEXT}, ("type",), open_ended=True)),
        },
        ("maxReplicas",),
    )
    metadata = _object({"name": TEXT, "labels": TEXTS, "annotations": TEXTS}, open_ended=True)
    pdb = _object({"minAvailable": NUMBER_OR_TEXT, "maxUnavailable": NUMBER_OR_TEXT})
    return _object(
        {
            "metadata": metadata,
            "spec": pod,
            "hpaSpec": hpa,
            "kedaSpec": ANYTHING,
            "pdbSpec": pdb,
            "replicas": NUMBER,
        }
    )


def _endpoint() -> Json:
    return _object({"service_host": TEXT, "service_port": NUMBER, "type": TEXT, "httpPort": NUMBER, "grpcPort": NUMBER})


def _node(levels: int) -> Json:
    parameter = _object({"name": TEXT, "value": TEXT, "type": TEXT}, ("name", "type", "value"))
    return _object(
        {
            "name": TEXT,
            "type": TEXT,
            "implementation": TEXT,
            "methods": _list(TEXT),
            "endpoint": _endpoint(),
            "parameters": _list(parameter),
            "modelUri": TEXT,
            "serviceAccountName": TEXT,
            "envSecretRefName": TEXT,
            "storageInitializerImage": TEXT,
            "logger": _object({"url": TEXT, "mode": TEXT}),
            "children": _list(_node(levels - 1) if levels else ANYTHING),
        },
        ("name",),
    )


def _predictor() -> Json:
    explainer = _object(
        {
            "type": TEXT,
            "modelUri": TEXT,
            "serviceAccountName": TEXT,
            "containerSpec": _container(named=False),
            "config": TEXTS,
            "endpoint": _endpoint(),
            "envSecretRefName": TEXT,
            "storageInitializerImage": TEXT,
            "replicas": NUMBER,
            "initParameters": TEXT,
        }
    )
    orchestrator = _object({"env": _list(_variable()), "replicas": NUMBER, "resources": _resources()})
    return _object(
        {
            "name": TEXT,
            "graph": _node(LEVELS_OF_CHILDREN - 1),
            "componentSpecs": _list(_component()),
            "replicas": NUMBER,
            "annotations": TEXTS,
            "engineResources": _resources(),
            "labels": TEXTS,
            "svcOrchSpec": orchestrator,
            "traffic": NUMBER,
            "explainer": explainer,
            "shadow": TRUTH,
            "ssl": _object({"certSecretName": TEXT}),
            "progressDeadlineSeconds": NUMBER,
        },
        ("graph", "name"),
    )


def _status() -> Json:
    condition = _object(
        {
            "type": TEXT,
            "status": TEXT,
            "severity": TEXT,
            "lastTransitionTime": TEXT,
            "reason": TEXT,
            "message": TEXT,
        },
        ("status", "type"),
    )
    deployment = _object(
        {
            "name": TEXT,
            "status": TEXT,
            "description": TEXT,
            "replicas": NUMBER,
            "availableReplicas": NUMBER,
            "explainerFor": TEXT,
        }
    )
    service = _object({"svcName": TEXT, "httpEndpoint": TEXT, "grpcEndpoint": TEXT, "explainerFor": TEXT})
    return _object(
        {
            "state": TEXT,
            "description": TEXT,
            "address": _object({"url": TEXT}),
            "annotations": TEXTS,
            "conditions": _list(condition),
            "deploymentStatus": {"type": "object", "additionalProperties": deployment},
            "serviceStatus": {"type": "object", "additionalProperties": service},
            "observedGeneration": {"type": "integer", "format": "int64"},
            "replicas": NUMBER,
        }
    )


def schema() -> Json:
    """The openAPIV3Schema of each served version; they are the same."""
    spec = _object(
        {
            "name": TEXT,
            "predictors": _list(_predictor()),
            "oauth_key": TEXT,
            "oauth_secret": TEXT,
            "annotations": TEXTS,
            "protocol": TEXT,
            "transport": TEXT,
            "replicas": NUMBER,
            "serverType": TEXT,
        },
        ("predictors",),
    )
    return _object(
        {"apiVersion": TEXT, "kind": TEXT, "metadata": {"type": "object"}, "spec": spec, "status": _status()}
    )


if __name__ == "__main__":
    print(json.dumps(schema(), separators=(",", ":")))
