"""Compares what the operator makes of a manifest with the recorded objects, without a cluster.

Left out, because the stand-in may differ there: images, resources, the orchestrator's arguments and the probes' delays.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from seldon_standin.operator import applied, components, names, settings

from .apiserver import refusal, stored
from .differences import differences
from .result import Result

Json = dict[str, Any]

CHART = Path(__file__).parents[2] / "standin/chart"
ENGINE = "seldon-container-engine"
LAST_APPLIED = "<previously applied object, JSON>"


@cache
def chart_settings() -> settings.Settings:
    """The operator's settings as an installation with the chart's default values has them."""
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    storage = {key: str(value) for key, value in values["storageInitializer"].items() if key != "image"}
    config = {
        "predictor_servers": json.dumps(values["predictor_servers"]),
        "storageInitializer": json.dumps(storage),
        "explainer": json.dumps({"image": "explainer"}),
    }
    environment = {"DEFAULT_USER_ID": str(values["defaultUserID"]), "EXECUTOR_CONTAINER_USER": "8888"}
    return settings.from_environment(environment, config)


def comparable(item: Json) -> Json:
    """A stored object without what may differ, its ENGINE_PREDICTOR decoded."""
    item = deepcopy(item)
    annotations = item["metadata"].get("annotations", {})
    if "seldon.io/last-applied" in annotations:
        annotations["seldon.io/last-applied"] = LAST_APPLIED
    if item["kind"] == "Deployment":
        pod = item["spec"]["template"]["spec"]
        for container in [*pod["containers"], *pod.get("initContainers", [])]:
            _forget(container)
            if container["name"] == ENGINE:
                container.pop("args", None)
                _decode(container)
    return item


def _forget(container: Json) -> None:
    container.pop("image", None)
    container.pop("resources", None)
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        container.get(name, {}).pop("initialDelaySeconds", None)
    for variable in container.get("env", []):
        if variable["name"] == "PREDICTIVE_UNIT_IMAGE":
            variable["value"] = "<image>"


def _decode(container: Json) -> None:
    for variable in container["env"]:
        if variable["name"] == "ENGINE_PREDICTOR":
            if "value" in variable:
                text = base64.b64decode(variable.pop("value"))
                variable["valueDecodedFromBase64"] = json.loads(text)
            for component in variable["valueDecodedFromBase64"].get("componentSpecs") or []:
                for inner in component["spec"]["containers"]:
                    _forget(inner)


def of_owner(items: Iterable[Json], seldon_id: str) -> list[Json]:
    """Those that the recording looked for: its orchestrator-only Deployments carry another id and are not in it."""
    return [i for i in items if i["metadata"].get("labels", {}).get("seldon-deployment-id") == seldon_id]


def _key(item: Json) -> tuple[str, str]:
    return item["kind"], item["metadata"]["name"]


def compare(case: str, recorded: list[Json], ours: list[Json]) -> list[Result]:
    """One result for each object of either side; both sides are stored objects."""
    left = {_key(item): comparable(item) for item in recorded}
    right = {_key(item): comparable(item) for item in ours}
    results = []
    for key in sorted(left.keys() | right.keys()):
        item = " ".join(key)
        if key not in right:
            results.append(Result(case, "objects", item, "differs", "the operator does not make it"))
        elif key not in left:
            results.append(Result(case, "objects", item, "differs", "the original does not make it"))
        else:
            lines = differences(left[key], right[key])
            outcome = "differs" if lines else "agreed"
            results.append(Result(case, "objects", item, outcome, "; ".join(lines)))
    return results


def compare_objects(name: str, case: Json) -> list[Result]:
    """Compare the recording `case` (of the file `name`) with the objects that our operator would make."""
    if "manifest" not in case or "objects" not in case:
        return []
    sdep = case["manifest"]["metadata"]["name"]
    try:
        made = components.build(case["manifest"], chart_settings()).objects()
    except components.ComponentError:
        made = []
    taken = [stored(applied.stamp(item)) for item in made if refusal(item) is None]
    ours = of_owner(taken, names.seldon_id(sdep))
    return compare(name, case["objects"], ours)


def compare_services(name: str, recorded: list[Json], ours: list[Json]) -> list[Result]:
    """One result for each Service of a recorded selection: name, labels and selector."""
    found = {item["metadata"]["name"]: item for item in ours if item["kind"] == "Service"}
    results = []
    for service in recorded:
        item = found.get(service["name"])
        here = item and {
            "name": service["name"],
            "labels": item["metadata"]["labels"],
            "selector": item["spec"]["selector"],
        }
        lines = differences(service, here)
        results.append(Result(name, "services", service["name"], "differs" if lines else "agreed", "; ".join(lines)))
    return results


def compare_selection(name: str, case: Json) -> list[Result]:
    """Compare the recorded `services` with those that our operator would make."""
    return compare_services(name, case["services"], components.build(case["manifest"], chart_settings()).services)
