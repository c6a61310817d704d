"""The custom resource definition in the words of the recordings: from the chart, or as a cluster has it."""

from __future__ import annotations

import re
from typing import Any

import yaml
from seldon_standin.operator import schema

from .differences import differences
from .objects import CHART
from .result import Result

Json = dict[str, Any]

CRD = "seldondeployments.machinelearning.seldon.io"
VERSIONS = re.compile(r"range \$version := list (.*?) \}\}")


def said(definition: Json) -> Json:
    """What a recording says of a CustomResourceDefinition."""
    spec = definition["spec"]
    plain = {key: spec.get(key) for key in ("names", "scope", "conversion")}
    return {**plain, "versions": [_version(version) for version in spec["versions"]]}


def _version(version: Json) -> Json:
    """A version of the definition in the words of the recording."""
    properties = version["schema"]["openAPIV3Schema"]["properties"]
    spec = properties["spec"]
    predictor = spec["properties"]["predictors"]["items"]
    node = predictor["properties"]["graph"]

    def listed(rule: Json) -> Json:
        return {"required": sorted(rule.get("required", [])), "fields": sorted(rule["properties"])}

    levels, inner = 0, node
    while "children" in inner.get("properties", {}):
        levels += 1
        inner = inner["properties"]["children"]["items"]
    return {
        "name": version["name"],
        "served": version["served"],
        "storage": version["storage"],
        "subresources": version["subresources"],
        "additionalPrinterColumns": version.get("additionalPrinterColumns"),
        "spec": listed(spec),
        "predictor": listed(predictor),
        "graphNode": {**listed(node), "levelsOfChildren": levels},
        "statusFields": sorted(properties["status"]["properties"]),
    }


def in_chart() -> Json:
    """The definition as the chart's template makes it; its only expressions are the versions and the schema."""
    text = (CHART / "templates/crd.yaml").read_text()
    found = VERSIONS.search(text)
    assert found is not None
    names = [word.strip('"') for word in found[1].split()]
    text = re.sub(r"^.*standin.labels.*$|^\s*\{\{.*\}\}\s*$", "", text, flags=re.MULTILINE)
    definition: Json = yaml.safe_load(re.sub(r"\{\{.*?\}\}", "x", text))
    (version,) = definition["spec"]["versions"]
    definition["spec"]["versions"] = [
        {**version, "name": name, "storage": name == "v1", "schema": {"openAPIV3Schema": schema.schema()}}
        for name in names
    ]
    return definition


def compare_definition(name: str, case: Json) -> list[Result]:
    """Compare the recorded `crd` with the chart's."""
    lines = differences(case["crd"], said(in_chart()))
    return [Result(name, "crd", "all", "differs" if lines else "agreed", "; ".join(lines))]
