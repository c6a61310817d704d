"""The structural schema of a SeldonDeployment, and the server-side errors that follow from it.

`python -m seldon_standin.operator.schema` prints it for the chart (standin/chart/files/schema.json). Pods, metrics and
what else is Kubernetes' own comes from pods.json, at the version that the original was built with: an unknown field is
refused wherever it stands. hack/pod-schema.sh made that file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]

LEVELS_OF_CHILDREN = 10
TEXT: Json = {"type": "string"}
TRUTH: Json = {"type": "boolean"}
NUMBER: Json = {"type": "integer", "format": "int32"}
LONG: Json = {"type": "integer", "format": "int64"}
TIME: Json = {"type": "string", "format": "date-time"}
TEXTS: Json = {"type": "object", "additionalProperties": TEXT}
NUMBER_OR_TEXT: Json = {"anyOf": [{"type": "integer"}, {"type": "string"}], "x-kubernetes-int-or-string": True}

PARTS: Json = json.loads(Path(__file__).with_name("pods.json").read_text(encoding="utf-8"))
CONTAINER: Json = PARTS["pod"]["properties"]["containers"]["items"]
RESOURCES: Json = CONTAINER["properties"]["resources"]
VARIABLES: Json = CONTAINER["properties"]["env"]


def _object(properties: Json, required: tuple[str, ...] = ()) -> Json:
    made: Json = {"type": "object", "properties": properties}
    if required:
        made["required"] = sorted(required)
    return made


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


def _metadata() -> Json:
    return _object(
        {
            "annotations": TEXTS,
            "clusterName": TEXT,
            "creationTimestamp": TIME | {"nullable": True},
            "deletionGracePeriodSeconds": LONG,
            "deletionTimestamp": TIME,
            "finalizers": _list(TEXT),
            "generateName": TEXT,
            "generation": LONG,
            "labels": TEXTS,
            "name": TEXT,
            "namespace": TEXT,
            "ownerReferences": PARTS["ownerReferences"],
            "resourceVersion": TEXT,
            "selfLink": TEXT,
            "uid": TEXT,
        }
    )


def _scaled_object() -> Json:
    """What KEDA calls a ScaledObject, without its target."""
    trigger = _object(
        {
            "type": TEXT,
            "name": TEXT,
            "metadata": TEXTS,
            "metricType": TEXT,
            "authenticationRef": _object({"kind": TEXT, "name": TEXT}, ("name",)),
        },
        ("metadata", "type"),
    )
    autoscaler = _object({"behavior": PARTS["behavior"]})
    return _object(
        {
            "advanced": _object({"horizontalPodAutoscalerConfig": autoscaler, "restoreToOriginalReplicaCount": TRUTH}),
            "cooldownPeriod": NUMBER,
            "fallback": _object({"failureThreshold": NUMBER, "replicas": NUMBER}, ("failureThreshold", "replicas")),
            "idleReplicaCount": NUMBER,
            "maxReplicaCount": NUMBER,
            "minReplicaCount": NUMBER,
            "pollingInterval": NUMBER,
            "triggers": _list(trigger),
        },
        ("triggers",),
    )


def _component() -> Json:
    hpa = _object(
        {
            "minReplicas": NUMBER,
            "maxReplicas": NUMBER,
            "metrics": PARTS["metrics"],
            "metricsv2": PARTS["metricsv2"],
        },
        ("maxReplicas",),
    )
    return _object(
        {
            "metadata": _metadata(),
            "spec": PARTS["pod"],
            "hpaSpec": hpa,
            "kedaSpec": _scaled_object(),
            "pdbSpec": _object({"minAvailable": NUMBER_OR_TEXT, "maxUnavailable": NUMBER_OR_TEXT}),
            "replicas": NUMBER,
        }
    )


def _endpoint() -> Json:
    return _object({"service_host": TEXT, "service_port": NUMBER, "type": TEXT, "httpPort": NUMBER, "grpcPort": NUMBER})


def _node(levels: int) -> Json:
    """A node of the graph with so many levels of children below it."""
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
            **({"children": _list(_node(levels - 1))} if levels else {}),
        },
        ("name",),
    )


def _predictor() -> Json:
    explainer = _object(
        {
            "type": TEXT,
            "modelUri": TEXT,
            "serviceAccountName": TEXT,
            "containerSpec": CONTAINER,
            "config": TEXTS,
            "endpoint": _endpoint(),
            "envSecretRefName": TEXT,
            "storageInitializerImage": TEXT,
            "replicas": NUMBER,
            "initParameters": TEXT,
        }
    )
    orchestrator = _object({"env": VARIABLES, "replicas": NUMBER, "resources": RESOURCES})
    return _object(
        {
            "name": TEXT,
            "graph": _node(LEVELS_OF_CHILDREN),
            "componentSpecs": _list(_component()),
            "replicas": NUMBER,
            "annotations": TEXTS,
            "engineResources": RESOURCES,
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
            "observedGeneration": LONG,
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
