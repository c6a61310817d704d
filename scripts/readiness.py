"""Why a SeldonDeployment or a Deployment is not ready, and which command mends it; reads what kubectl prints as JSON.

The checks and scripts/wait_for.py say the same sentence for the same state. `Seen` is what scripts/look.py looked up.
"""

import os
import re
from dataclasses import dataclass, field

from remedies import IN_CLASSROOM, TELL_IT, build

IMAGE_REASONS = {"ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "ErrImageInspect"}
CRASH_REASONS = {"CrashLoopBackOff", "Error", "OOMKilled", "RunContainerError", "StartError", "ContainerCannotRun"}
# What stands before the names of the lesson's own images.
LOCAL = os.environ.get("LESSON_IMAGES", "localhost") + "/"
# CPUs and bytes.
MODEST = {"cpu": 1.0, "memory": 2.0**30}
STORE = "the classroom's registry" if IN_CLASSROOM else "the cluster's node"


@dataclass(frozen=True)
class Seen:
    """What the cluster and the engine know about one thing in a namespace.

    pods, deployments: items as `kubectl get -o json` lists them. node: the one node, or {}.
    node_images, engine_images: names as NAME:TAG, without localhost/. folders: what an image's NAME is built from.
    making: of a folder in which something is missing, the command that makes it.
    logs: the last lines of (pod, container). others: namespaces of other lessons that run models.
    manifest: the learner's file that describes it.
    """

    name: str
    namespace: str
    pods: list[dict] = field(default_factory=list)
    deployments: list[dict] = field(default_factory=list)
    node: dict = field(default_factory=dict)
    node_images: frozenset[str] = frozenset()
    engine_images: frozenset[str] = frozenset()
    folders: dict[str, str] = field(default_factory=dict)
    making: dict[str, str] = field(default_factory=dict)
    logs: dict[tuple[str, str], str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    manifest: str = ""


@dataclass(frozen=True)
class Reason:
    """found: what was seen, as a clause. command: to be copied as it stands. hopeless: waiting alone does not help."""

    found: str
    command: str
    hopeless: bool = True


def short(image: str) -> str:
    """NAME:TAG of an image that the lesson built."""
    name = image.removeprefix(LOCAL)
    return name if ":" in name.rsplit("/", 1)[-1] else f"{name}:latest"


def live(objects: list[dict]) -> list[dict]:
    """The pods or Deployments that are not about to go."""
    return [one for one in objects if "deletionTimestamp" not in one["metadata"]]


def statuses(pod: dict) -> list[dict]:
    status = pod.get("status", {})
    return [*(status.get("initContainerStatuses") or []), *(status.get("containerStatuses") or [])]


def is_ready(pod: dict) -> bool:
    return any(c["type"] == "Ready" and c["status"] == "True" for c in pod.get("status", {}).get("conditions") or [])


def why_not_ready(seen: Seen, *, mend: str = "", wait: str = "") -> Reason | None:
    """The first reason why a pod is missing or not ready; None when all are.

    mend: the command that puts the lesson's own files back and deploys them, for faults of those files.
    wait: the command that waits, for what comes by itself.
    """
    wait = wait or f"kubectl get pods -n {seen.namespace}"
    for pod in live(seen.pods):
        reason = not_scheduled(seen, pod, mend) or broken_container(seen, pod, mend)
        if reason is not None:
            return reason
    reason = refused_pods(seen, mend)
    if reason is not None:
        return reason
    for pod in live(seen.pods):
        if not is_ready(pod):
            return Reason(starting(seen, pod), wait, hopeless=False)
    return stopped_explainer(seen)


def starting(seen: Seen, pod: dict) -> str:
    """What is not ready yet in a pod that may come; a container that fell once and runs again is told by its fall."""
    name = pod["metadata"]["name"]
    waiting = [status for status in statuses(pod) if not status.get("ready")]
    for status in waiting:
        ended = status.get("lastState", {}).get("terminated")
        if ended and ended.get("exitCode"):
            fall = how_it_ended(seen, pod, status, ended, {})
            return f"the pod {name} is starting once more: the container {status['name']} {fall}"
    are = "is" if len(waiting) == 1 else "are"
    names = " and ".join(status["name"] for status in waiting)
    return f"the pod {name} is starting: " + (f"{names} {are} not ready yet" if waiting else "it has just been made")


def stopped_explainer(seen: Seen) -> Reason | None:
    """An explainer goes to 0 with its predictor and stays there: Seldon gives it no number of its own afterwards."""
    for deployment in seen.deployments:
        name = deployment["metadata"]["name"]
        if name.endswith("-explainer") and deployment["spec"].get("replicas") == 0:
            again = f"kubectl scale deployment {name} -n {seen.namespace} --replicas=1"
            started = f"scripts/wait-for.sh deployment/{name} -n {seen.namespace}"
            return Reason(f"the explainer's Deployment {name} is still scaled to 0", f"{again} && {started}")
    return None


def broken_container(seen: Seen, pod: dict, mend: str) -> Reason | None:
    """A container that cannot start or does not stay up."""
    for status in statuses(pod):
        state = status.get("state", {})
        waiting = state.get("waiting", {})
        why = waiting.get("reason", "")
        if why in IMAGE_REASONS:
            return missing_image(seen, image_of(pod, status["name"]), why, mend)
        ended = state.get("terminated") or status.get("lastState", {}).get("terminated")
        is_init = "initContainerStatuses" in pod["status"] and status in pod["status"]["initContainerStatuses"]
        if ended and ended.get("exitCode") == 0 and is_init:
            continue
        # After one fall it may stand: what runs again is given a second chance.
        again = "running" in state and status.get("restartCount", 0) < 2
        if why in CRASH_REASONS or (ended and ended.get("exitCode") and not status.get("ready") and not again):
            return crashed(seen, pod, status, ended or {}, waiting, mend)
        if why and why not in ("ContainerCreating", "PodInitializing"):
            told = waiting.get("message", "")
            found = f"the container {status['name']} waits: {why}" + (f", {told}" if told else "")
            return Reason(found, mend or describe(seen, pod))
    return None


def image_of(pod: dict, container: str) -> str:
    spec = pod["spec"]
    found = [c["image"] for c in [*spec.get("initContainers", []), *spec["containers"]] if c["name"] == container]
    return found[0] if found else ""


def missing_image(seen: Seen, image: str, why: str, mend: str) -> Reason:
    """An image that the node does not have and cannot get."""
    wanted = short(image)
    name = wanted.rsplit(":", 1)[0]
    if not image.startswith(LOCAL) or why == "InvalidImageName":
        own = sorted(one for one in seen.node_images if one.rsplit(":", 1)[0] == name.rsplit("/", 1)[-1])
        found = f"{why}: the image {image} cannot be had here"
        return Reason(
            found + (f"; the lesson's own is {LOCAL}{own[0]}" if own else ""),
            change_image(seen, image, LOCAL + own[0]) if own else mend or f"kubectl get pods -n {seen.namespace}",
        )
    if wanted in seen.node_images:
        # It has come meanwhile; Kubernetes waits longer and longer before it looks again.
        return Reason(
            f"{why}: the image {image} is in {STORE} now, and the pod has not looked again",
            f"kubectl delete pods -n {seen.namespace} --field-selector=status.phase=Pending",
            hopeless=False,
        )
    tags = sorted(one.rsplit(":", 1)[1] for one in seen.node_images if one.rsplit(":", 1)[0] == name)
    has = f"the tags there are {', '.join(tags)}" if tags else "no other tag of it is there"
    found = f"{why}: the image {image} is not in {STORE}; {has}"
    if wanted in seen.engine_images:
        return Reason(found, f"scripts/load-image.sh {wanted}")
    if tags and seen.manifest:
        return Reason(found, change_image(seen, image, f"{LOCAL}{name}:{tags[-1]}"))
    folder = seen.folders.get(name)
    if folder:
        return Reason(found, " && ".join(filter(None, [seen.making.get(folder), build(wanted, folder)])))
    return Reason(found, mend or f"kubectl get sdep -n {seen.namespace} -o wide")


def change_image(seen: Seen, wrong: str, right: str) -> str:
    """The command that names another image in the learner's manifest and applies it."""
    if not seen.manifest:
        return f"kubectl get sdep {seen.name} -n {seen.namespace} -o yaml"
    return f"sed -i.mine 's|{wrong}|{right}|' {seen.manifest} && kubectl apply -n {seen.namespace} -f {seen.manifest}"


def crashed(seen: Seen, pod: dict, status: dict, ended: dict, waiting: dict, mend: str) -> Reason:
    """A container whose program ended, with its exit code and its last words."""
    container = status["name"]
    log = f"kubectl logs -n {seen.namespace} {pod['metadata']['name']} -c {container} --tail=20"
    return Reason(f"the container {container} {how_it_ended(seen, pod, status, ended, waiting)}", mend or log)


def how_it_ended(seen: Seen, pod: dict, status: dict, ended: dict, waiting: dict) -> str:
    """The exit code and the last words of a container, as a clause."""
    log = seen.logs.get((pod["metadata"]["name"], status["name"]), "")
    last = next((line for line in reversed(log.splitlines()) if line.strip()), "")
    told = waiting.get("message", "")
    last = last or ended.get("message", "").strip() or ("" if told.startswith("back-off") else told)
    code = ended.get("exitCode")
    if ended.get("reason") == "OOMKilled":
        how = "was stopped because it needs more memory than its limit (OOMKilled)"
    elif code is None:
        how = f"cannot be started ({waiting.get('reason')})"
    else:
        how = f"ends with exit code {code}"
    return how + (f": {shortened(last)}" if last else "")


def shortened(text: str, most: int = 200) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


def not_scheduled(seen: Seen, pod: dict, mend: str) -> Reason | None:
    """A pod for which no node has room."""
    conditions = pod.get("status", {}).get("conditions") or []
    refused = next((c for c in conditions if c["type"] == "PodScheduled" and c["status"] == "False"), None)
    if refused is None:
        return None
    message = shortened(refused.get("message", "no node takes it"))
    found = f"the pod {pod['metadata']['name']} finds no place ({refused.get('reason', 'Unschedulable')}): {message}"
    if seen.node.get("spec", {}).get("unschedulable"):
        return Reason(found, f"kubectl uncordon {seen.node['metadata']['name']}")
    if "Insufficient" in message and seen.others and fits_empty_node(seen, pod):
        rest = " and ".join(seen.others)
        return Reason(
            f"{found}. Models of other lessons run in {rest}",
            " && ".join(f"kubectl delete sdep --all -n {one}" for one in seen.others),
        )
    if IN_CLASSROOM and "Insufficient" in message and len(live(seen.pods)) == 1 and is_modest(pod):
        return Reason(f"{found}. The cluster of your class is full just now", f"{describe(seen, pod)}{TELL_IT}")
    return Reason(found, mend or describe(seen, pod))


def is_modest(pod: dict) -> bool:
    """Whether a pod asks for no more than the lesson's own do: then another manifest would find no place either."""
    wishes = [container.get("resources", {}).get("requests", {}) for container in pod["spec"]["containers"]]
    return all(sum(amount(wish.get(kind, "0")) for wish in wishes) <= most for kind, most in MODEST.items())


def fits_empty_node(seen: Seen, pod: dict) -> bool:
    """Whether what the pod asks for is less than a node without other models could give."""
    room = seen.node.get("status", {}).get("allocatable", {})
    wishes = [c.get("resources", {}).get("requests", {}) for c in pod["spec"]["containers"]]
    return all(
        sum(amount(wish[kind]) for wish in wishes if kind in wish) < amount(room.get(kind, "0")) * 0.6
        for kind in ("cpu", "memory")
    )


def amount(text: str) -> float:
    """A quantity as Kubernetes writes it: 100m, 2, 512Mi."""
    number, unit = re.fullmatch(r"([0-9.]+)([A-Za-z]*)", text).groups()
    factors = {"": 1, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}
    return float(number) * factors.get(unit, 1)


def refused_pods(seen: Seen, mend: str) -> Reason | None:
    """A Deployment whose pods Kubernetes refuses to create: a quota, a limit, a policy."""
    for deployment in seen.deployments:
        for condition in deployment.get("status", {}).get("conditions") or []:
            if condition["type"] != "ReplicaFailure" or condition["status"] != "True":
                continue
            message = condition.get("message", "")
            found = f"Kubernetes refuses the pod: {shortened(message, 300)}"
            quota = re.search(r"exceeded quota: ([\w.-]+)|failed quota: ([\w.-]+)", message)
            name = deployment["metadata"]["name"]
            again = f"kubectl delete replicasets -n {seen.namespace} -l {selector(deployment)}"
            if quota and IN_CLASSROOM:
                return beyond_share(seen, deployment, found, again, mend)
            if quota:
                first = quota[1] or quota[2]
                return Reason(found, f"kubectl delete resourcequota {first} -n {seen.namespace} && {again}")
            return Reason(found, mend or f"kubectl describe deployment {name} -n {seen.namespace}")
    return None


def beyond_share(seen: Seen, deployment: dict, found: str, again: str, mend: str) -> Reason:
    """A class's quota is the instructor's: the learner asks for less, or deletes what takes the room."""
    asked = dict(re.findall(r"([\w./-]+)=(\w+)", found.partition("requested: ")[2].partition(", used:")[0]))
    limits = dict(re.findall(r"([\w./-]+)=(\w+)", found.partition("limited: ")[2]))
    too_much = any(amount(asked[kind]) > amount(limits[kind]) for kind in asked if kind in limits)
    found = f"{found}. That is more than your share of the class's cluster"
    if mend and (too_much or deployment["spec"].get("replicas", 1) > 1 or len(live(seen.pods)) > 1):
        return Reason(found, mend)
    # Kubernetes itself tries again after minutes.
    look = f"kubectl get sdep,deployments,pods -n {seen.namespace}"
    return Reason(f"{found}: delete what you no longer need of what  {look}  shows, and have it tried again", again)


def selector(deployment: dict) -> str:
    labels = deployment["spec"]["selector"]["matchLabels"]
    if "seldon-deployment-id" in labels:
        labels = {"seldon-deployment-id": labels["seldon-deployment-id"]}
    return ",".join(f"{key}={value}" for key, value in sorted(labels.items()))


def describe(seen: Seen, pod: dict) -> str:
    return f"kubectl describe pod {pod['metadata']['name']} -n {seen.namespace}"
