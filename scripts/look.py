"""Looks up in the cluster and the engine what scripts/readiness.py judges."""

import json
import os
import re
import subprocess
import time
from pathlib import Path

import making
from readiness import IMAGE_REASONS, LOCAL, Seen, is_ready, live, short, statuses
from remedies import IN_CLASSROOM

NODE = f"{os.environ['CLUSTER']}-control-plane"
WHERE_IMAGES_ARE = "the classroom's registry" if IN_CLASSROOM else f"the node {NODE}"
LESSON = Path(os.environ["LESSON_DIR"])
NO_LOG = "unable to retrieve container logs for "
# How often a log is asked for, a second apart: until the pod's status names the container that is there.
TRIES = 3


def output(*command: str) -> str:
    """Standard output of a command, at most 30 s; empty where it fails."""
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return result.stdout if result.returncode == 0 else ""


def kubectl(*words: str) -> dict:
    return json.loads(output("kubectl", *words, "-o", "json", "--request-timeout=10s") or "{}")


def node_images() -> frozenset[str]:
    """The images in the node's own store, as NAME:TAG; in a classroom, the learner's in its registry."""
    if IN_CLASSROOM:
        return pushed_images()
    listed = output(os.environ["ENGINE"], "exec", NODE, "ctr", "--namespace", "k8s.io", "images", "list", "--quiet")
    return frozenset(short(name) for name in listed.split() if name.startswith(LOCAL) and "@" not in name)


def engine_images() -> frozenset[str]:
    """The images that scripts/build-image.sh has built for this cluster, as NAME:TAG."""
    if IN_CLASSROOM:
        return pushed_images()
    prefix = f"{LOCAL}{os.environ['CLUSTER']}/"
    listed = output(os.environ["ENGINE"], "images", "--format", "{{.Repository}}:{{.Tag}}")
    return frozenset(name.removeprefix(prefix) for name in listed.split() if name.startswith(prefix))


def pushed_images() -> frozenset[str]:
    """Of the images that the lesson builds, those that are in the classroom's registry, as NAME:TAG."""
    listed = {name: output("crane", "ls", "--insecure", f"{os.environ['LESSON_PUSH_TO']}/{name}") for name in folders()}
    return frozenset(f"{name}:{tag}" for name, tags in listed.items() for tag in tags.split())


def folders() -> dict[str, str]:
    """The folder that each image is built from, as the lesson's pages say."""
    pages = Path(os.environ.get("SCENARIO_DIR", LESSON)).glob("*.md")
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    found = dict(re.findall(r"scripts/build-image\.sh ([\w-]+):\S+ ([\w-]+)", text))
    return {"iris-classifier": "model", **found}


def manifest(name: str, namespace: str, image: str = "") -> str:
    """The learner's file that describes a SeldonDeployment, from ~/seldon-iris; of several, that with the image."""
    files = sorted((LESSON / "manifests").glob("*.yaml"))
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in files}
    named = re.compile(rf"^ +name: *{re.escape(name)} *$", re.MULTILINE)
    fitting = [path for path, text in texts.items() if named.search(text)]
    fitting.sort(key=lambda path: (image not in texts[path], path.name))
    return str(fitting[0].relative_to(LESSON)) if fitting else ""


def other_namespaces(namespace: str) -> list[str]:
    """Namespaces, other than this one, in which SeldonDeployments run."""
    found = kubectl("get", "seldondeployments", "--all-namespaces").get("items", [])
    return sorted({one["metadata"]["namespace"] for one in found} - {namespace})


def look(name: str, namespace: str, labels: str) -> Seen:
    """What there is to see of the pods and Deployments with these labels."""
    pods = kubectl("get", "pods", "-n", namespace, "-l", labels).get("items", [])
    deployments = kubectl("get", "deployments", "-n", namespace, "-l", labels).get("items", [])
    unready = [pod for pod in live(pods) if not is_ready(pod)]
    if not unready:
        return Seen(name, namespace, pods, deployments)
    images = [container["image"] for pod in unready for container in pod["spec"]["containers"]]
    # Those who wait look every second: what takes long is asked for only where it is the answer.
    waiting = [status["state"].get("waiting", {}).get("reason") for pod in unready for status in statuses(pod)]
    lacks_image = bool(IMAGE_REASONS & set(waiting))
    unscheduled = not all(pod["spec"].get("nodeName") for pod in unready)
    return Seen(
        name,
        namespace,
        pods,
        deployments,
        node=kubectl("get", "node", NODE) if unscheduled else {},
        node_images=node_images() if lacks_image else frozenset(),
        engine_images=engine_images() if lacks_image else frozenset(),
        folders=folders(),
        making={folder: making.first(LESSON / folder) for folder in folders().values()},
        logs={
            (pod["metadata"]["name"], status["name"]): last_words(namespace, pod, status["name"])
            for pod in unready
            for status in statuses(pod)
            if status.get("lastState") or "terminated" in status["state"]
        },
        others=other_namespaces(namespace) if unscheduled else [],
        manifest=manifest(name, namespace, images[0]) if images else "",
    )


def last_words(namespace: str, pod: dict, container: str) -> str:
    """The end of what a container said before it ended last."""
    words = ("kubectl", "logs", "-n", namespace, pod["metadata"]["name"], "-c", container, "--tail=5")
    for _ in range(TRIES):
        log = output(*words, "--previous")
        if not spoken(log):
            log += output(*words)
        if spoken(log) or NO_LOG not in log:
            break
        time.sleep(1)
    return spoken(log)


def spoken(log: str) -> str:
    """A container's log, without the sentence that Kubernetes gives in its place.

    It does, and calls that a success, when the container was removed and the pod's status still names it.
    """
    return "\n".join(line for line in log.splitlines() if not line.startswith(NO_LOG))


def look_at_sdep(name: str, namespace: str) -> Seen:
    return look(name, namespace, f"seldon-deployment-id={name}")


def look_at_deployment(name: str, namespace: str) -> Seen:
    """As look(), with the labels that the Deployment itself selects by."""
    deployment = kubectl("get", "deployment", name, "-n", namespace)
    wanted = deployment.get("spec", {}).get("selector", {}).get("matchLabels", {})
    seen = look(name, namespace, ",".join(f"{key}={value}" for key, value in sorted(wanted.items())) or f"app={name}")
    return Seen(**{**vars(seen), "deployments": [deployment] if deployment else []})
