"""Compares what each recorded step makes of a SeldonDeployment, without a cluster: Deployments, replicas, Services."""

from __future__ import annotations

from typing import Any

from seldon_standin.operator import components

from .differences import differences
from .objects import chart_settings
from .result import Result
from .steps import Edited, applies

Json = dict[str, Any]


def compare_plans(name: str, case: Json) -> list[Result]:
    """One result for each step; what only a cluster shows (pods, states, commands that print) is skipped."""
    edited, results = Edited(), []
    for step in case["steps"]:
        if applies(step):
            edited.follow(step)
        final = step["timeline"][-1] if step.get("timeline") else step.get("after")
        if not final or not edited.current or not final.get("deployments"):
            results.append(Result(name, "steps", step["about"], "skipped", "only a cluster shows it"))
            continue
        made = components.build(edited.current, chart_settings())
        recorded = {
            "deployments": {deployment: numbers[0] for deployment, numbers in final["deployments"].items()},
            "servicesPresent": final["servicesPresent"],
        }
        ours = {
            "deployments": {d["metadata"]["name"]: d["spec"].get("replicas", 1) for d in made.deployments},
            "servicesPresent": sorted(service["metadata"]["name"] for service in made.services),
        }
        lines = differences(recorded, ours)
        results.append(Result(name, "steps", step["about"], "differs" if lines else "agreed", "; ".join(lines)))
    return results
