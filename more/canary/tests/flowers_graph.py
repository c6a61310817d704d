"""What the checks of this lesson share: which class runs in which container, and what users have sent."""
import re

from serving import pod_text


def classes_of(sdep: dict) -> dict[str, str]:
    """Container name to class name, as the manifest says."""
    containers = sdep["spec"]["predictors"][0]["componentSpecs"][0]["spec"]["containers"]
    return {container["name"]: container["args"][1] for container in containers}


def is_newer(sdep: dict) -> bool:
    """Whether a later version than 1 is there, alone or as a canary: then step 1 was done."""
    return bool({"V2", "V3"} & set(classes_of(sdep).values()))


def ratio(sdep: dict) -> float | None:
    """The share of the first child, or None where the graph has no split."""
    graph = sdep["spec"]["predictors"][0]["graph"]
    values = [p["value"] for p in graph.get("parameters") or [] if p["name"] == "ratioA"]
    return float(values[0]) if values else None


def feedbacks() -> float:
    """Rewards that the pod's orchestrator has led to the node stable."""
    text = pod_text("flowers", "canary", 8000, "prometheus")
    counts = re.findall(r'^seldon_api_executor_client_requests_seconds_count\{(.*)\} (\S+)$', text, re.MULTILINE)
    return sum(
        float(value) for labels, value in counts if 'model_name="stable"' in labels and "/send-feedback" in labels
    )
