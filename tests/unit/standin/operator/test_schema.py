"""An unknown field is refused wherever it stands, pods included, as with the original's schema."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from seldon_standin.operator import schema

from ....conformance import admission

Json = dict[str, Any]

REPO = Path(__file__).parents[4]
FULL: Json = yaml.safe_load(
    """
annotations: {a: b}
predictors:
- name: default
  graph: {name: classifier, parameters: [{name: a, value: "1", type: INT}], logger: {mode: all}, children: [{name: b}]}
  engineResources: {limits: {cpu: 1}}
  svcOrchSpec: {env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]}
  explainer: {type: AnchorTabular, containerSpec: {name: explainer, image: e, readinessProbe: {tcpSocket: {port: http}}}}
  componentSpecs:
  - metadata: {labels: {a: b}, ownerReferences: [{apiVersion: v1, kind: Pod, name: a, uid: u}]}
    hpaSpec:
      maxReplicas: 2
      metrics: [{type: Resource, resource: {name: cpu, targetAverageUtilization: 10}}]
      metricsv2: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 10}}}]
    kedaSpec: {triggers: [{type: cron, metadata: {start: "1"}, authenticationRef: {name: a}}], fallback: {failureThreshold: 1, replicas: 1}}
    pdbSpec: {minAvailable: 50%}
    spec:
      affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone, labelSelector: {matchLabels: {a: b}}}]}}
      securityContext: {runAsUser: 1}
      tolerations: [{key: a, operator: Exists}]
      volumes: [{name: v, configMap: {name: c, items: [{key: a, path: b}]}}, {name: e, emptyDir: {sizeLimit: 1Gi}}]
      initContainers: [{name: first, image: i, lifecycle: {postStart: {exec: {command: [a]}}}}]
      containers:
      - name: classifier
        image: i
        env: [{name: A, value: b}]
        ports: [{containerPort: 80, name: http}]
        volumeMounts: [{name: v, mountPath: /v, subPath: s}]
        livenessProbe: {httpGet: {path: /, port: 80, httpHeaders: [{name: a, value: b}]}, periodSeconds: 3}
        resources: {requests: {memory: 1Gi}}
        securityContext: {capabilities: {drop: [ALL]}}
      - {name: b, image: i}
"""  # noqa: E501 - one line for each part
)


def manifest(spec: Json) -> Json:
    metadata = {"name": "full", "namespace": "seldon"}
    return {
        "apiVersion": "machinelearning.seldon.io/v1",
        "kind": "SeldonDeployment",
        "metadata": metadata,
        "spec": spec,
    }


def objects(value: Any, rule: Json, path: str) -> Iterator[tuple[str, Json]]:
    """(path, object) of everything in `value` that has named fields; not of maps, whose keys are free."""
    if isinstance(value, list):
        for at, inner in enumerate(value):
            yield from objects(inner, rule["items"], f"{path}[{at}]")
    elif isinstance(value, dict) and "properties" in rule:
        yield path, value
        for key, inner in value.items():
            yield from objects(inner, rule["properties"][key], f"{path}.{key}")


SPEC = schema.schema()["properties"]["spec"]
PLACES = [path for path, _ in objects(FULL, SPEC, "spec")]


def test_what_kubernetes_knows_is_accepted() -> None:
    assert admission.api(manifest(FULL), []) == (201, None)
    assert len(PLACES) > 45


@pytest.mark.parametrize("path", PLACES)
def test_an_unknown_field_is_refused_wherever_it_stands(path: str) -> None:
    spec = deepcopy(FULL)
    dict(objects(spec, SPEC, "spec"))[path]["nonsense"] = 1
    code, status = admission.api(manifest(spec), [])
    assert status is not None
    assert (code, status["message"]) == (
        400,
        'SeldonDeployment in version "v1" cannot be handled as a SeldonDeployment: '
        f'strict decoding error: unknown field "{path}.nonsense"',
    )


def open_ended(rule: Json, path: str) -> Iterator[str]:
    """Paths of the schema's objects that would keep anything."""
    if rule.get("x-kubernetes-preserve-unknown-fields") or (
        rule.get("type") == "object" and not rule.keys() & {"properties", "additionalProperties"}
    ):
        yield path
    for key, inner in rule.get("properties", {}).items():
        yield from open_ended(inner, f"{path}.{key}")
    for key in ("items", "additionalProperties"):
        if key in rule:
            yield from open_ended(rule[key], f"{path}[]")


def test_the_schema_is_complete_down_to_the_leaves() -> None:
    pod = ".spec.predictors[].componentSpecs[].spec"
    # The API server itself knows the metadata of an object. Of a claim's, the original's schema knows no field, either.
    known = [".metadata", f"{pod}.volumes[].ephemeral.volumeClaimTemplate.metadata"]
    assert list(open_ended(schema.schema(), "")) == known


MANIFESTS = sorted(
    path
    for folder in (REPO, *sorted((REPO / "more").iterdir()))
    for path in (folder / "manifests").glob("*.yaml")
    if "kind: SeldonDeployment" in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: str(path.relative_to(REPO)))
def test_the_lessons_manifests_are_strictly_valid(path: Path) -> None:
    for one in yaml.safe_load_all(path.read_text(encoding="utf-8")):
        if one and one["kind"] == "SeldonDeployment":
            code, status = admission.api(one, ["SKLEARN_SERVER"])
            assert (code, status) == (201, None)
