"""Has Seldon's operator begun with what a SeldonDeployment asks for now?

A Deployment says so by its observedGeneration; a SeldonDeployment has none, and until its operator has seen a change,
its status says Available of what was before. So what it asks for is compared with the Deployments that were made of it.
"""

from readiness import Seen, live

NOT_YET = "the operator has not begun with what was applied last"
# Of the init container that fetches a model, after the name of its node in the graph.
FETCHES = "-model-initializer"
# What tells a container. What a manifest leaves out, the operator may add, as it does for ready-made servers.
TOLD = ("name", "image", "command", "args")


def is_observed(sdep: dict, seen: Seen) -> bool:
    """Whether the Deployments that were seen have pods that run and fetch what the SeldonDeployment asks for."""
    # One of the graph before stays in the list until its last pod has ended.
    deployments = live(seen.deployments)
    pods = [deployment["spec"]["template"]["spec"] for deployment in deployments]
    running = [container for pod in pods for container in pod["containers"]]
    initial = [container for pod in pods for container in pod.get("initContainers") or []]
    fetched = {container["args"][0] for container in initial if container["name"].endswith(FETCHES)}
    return (
        all(has_its_pods(deployment) for deployment in deployments)
        and all(any(is_made_of(asked, one) for one in running) for asked in asked_of(sdep))
        and (not fetched or models(sdep) <= fetched)
    )


def has_its_pods(deployment: dict) -> bool:
    """Whether Kubernetes has made the pods that a Deployment asks for now, ready or not."""
    status = deployment.get("status", {})
    made = status.get("updatedReplicas", 0) >= deployment["spec"].get("replicas", 1)
    return made and status.get("observedGeneration") == deployment["metadata"]["generation"]


def is_made_of(asked: dict, container: dict) -> bool:
    """Whether a container is what became of one in a SeldonDeployment."""
    return all(container.get(key) == asked[key] for key in TOLD if asked.get(key))


def asked_of(sdep: dict) -> list[dict]:
    """The containers that a SeldonDeployment asks for, but for those whose image the operator chooses."""
    specs = [spec for predictor in sdep["spec"]["predictors"] for spec in predictor.get("componentSpecs") or []]
    containers = [container for spec in specs for container in spec.get("spec", {}).get("containers") or []]
    return [container for container in containers if container.get("image")]


def models(sdep: dict) -> set[str]:
    """Where the graph's models are to be fetched from."""
    nodes = [predictor["graph"] for predictor in sdep["spec"]["predictors"]]
    for node in nodes:
        nodes += node.get("children") or []
    return {node["modelUri"] for node in nodes if node.get("modelUri")}
