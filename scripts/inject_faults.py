"""Injects what goes wrong in production into a SeldonDeployment, one fault after the other, while it is asked
through its Service ten times a second; says how many requests failed and what Kubernetes tells, and mends each fault.

Usage: python scripts/inject_faults.py NAME NAMESPACE [COLUMNS]     COLUMNS: numbers in a row of its input, 4 without it
"""
import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from look import kubectl, look_at_sdep
from port_owner import own_target
from readiness import is_ready, live, why_not_ready
from wait_for import sdep

PACE = 0.1  # seconds between two requests
CALM = 3.0  # seconds in which users are watched when there is nothing to wait for any more
LIMIT = 240.0  # seconds for one fault, and for its mending
ENGINE = "seldon-container-engine"
NOWHERE = "not-there"


class Users:
    """Ask the Service of a predictor, which Kubernetes leads to a ready pod, and note what failed and when."""

    def __init__(self, service: str, namespace: str, path: str, body: dict) -> None:
        self.path = f"/api/v1/namespaces/{namespace}/services/{service}:8000/proxy{path}"
        self.body = body
        self.asked: list[tuple[float, bool]] = []
        self._stop = threading.Event()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """They ask until the block ends."""
        proxy = subprocess.Popen(
            ["kubectl", "proxy", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        thread = None
        try:
            found = re.search(r":(\d+)$", proxy.stdout.readline().strip())
            if found is None:
                sys.exit("kubectl cannot reach the cluster.\nTo do:    kubectl get nodes")
            url = f"http://127.0.0.1:{found[1]}{self.path}"
            thread = threading.Thread(target=self._ask, args=(url,), daemon=True)
            thread.start()
            yield
        finally:
            self._stop.set()
            if thread is not None:
                thread.join()
            proxy.terminate()
            proxy.wait()

    def _ask(self, url: str) -> None:
        request = urllib.request.Request(url, json.dumps(self.body).encode(), {"Content-Type": "application/json"})
        while not self._stop.wait(PACE):
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:
                    answered = answer.status == 200
            except OSError:
                answered = False
            self.asked.append((time.monotonic(), answered))

    def since(self, moment: float) -> str:
        """What they saw: how many asked, how many got an error, and over what time."""
        seen = [(at, answered) for at, answered in self.asked if at >= moment]
        failed = [at for at, answered in seen if not answered]
        over = f", over {failed[-1] - failed[0]:.1f} s" if len(failed) > 1 else ""
        return f"asked {len(seen)} times, {len(failed)} failed{over}"


class Target:
    """The SeldonDeployment, whose first predictor gets the faults."""

    def __init__(self, name: str, namespace: str) -> None:
        self.name, self.namespace = name, namespace
        reason = sdep(name, namespace, "")
        if reason is not None:
            sys.exit(f"{name} has to be Available first: {reason.found}\nTo do:    {reason.command}")
        spec = kubectl("get", "seldondeployment", name, "-n", namespace)["spec"]
        self.protocol = spec.get("protocol", "seldon")
        self.predictor = spec["predictors"][0]

    @property
    def service(self) -> str:
        return f"{self.name}-{self.predictor['name']}"

    def question(self, columns: int) -> tuple[str, dict]:
        """The path and the body of a request for one row of so many numbers, in the deployment's protocol."""
        row = [float(number) for number in range(1, columns + 1)]
        node = self.predictor["graph"]["name"]
        if self.protocol == "v2":
            tensor = {"name": "row", "shape": [1, columns], "datatype": "FP64", "data": row}
            return f"/v2/models/{node}/infer", {"inputs": [tensor]}
        if self.protocol == "tensorflow":
            return f"/v1/models/{node}:predict", {"instances": [row]}
        return "/api/v1.0/predictions", {"data": {"ndarray": [row]}}

    def containers(self) -> list[dict]:
        specs = self.predictor.get("componentSpecs") or []
        return [one for one in (specs[0]["spec"].get("containers") or [] if specs else []) if one.get("image")]

    def serving_pod(self) -> str:
        pods = live(look_at_sdep(self.name, self.namespace).pods)
        serving = [pod for pod in pods if any(c["name"] == ENGINE for c in pod["spec"]["containers"])]
        own = [pod for pod in serving if f"-{self.predictor['name']}-" in pod["metadata"]["name"]]
        return (own or serving or pods)[0]["metadata"]["name"]

    def patch(self, path: str, value: object) -> None:
        """Set a field of the first predictor, or take it away (None)."""
        step = {"op": "remove"} if value is None else {"op": "add", "value": value}
        steps = json.dumps([{**step, "path": f"/spec/predictors/0/{path}"}])
        run("kubectl", "patch", "seldondeployment", self.name, "-n", self.namespace, "--type=json", "-p", steps)

    def reason(self) -> str:
        """Why a pod is not ready, where that does not go away by itself."""
        found = why_not_ready(look_at_sdep(self.name, self.namespace))
        return found.found if found is not None and found.hopeless else ""


def run(*command: str) -> None:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(result.stderr.strip())


def until(holds: Callable[[], object], what: str) -> None:
    started = time.monotonic()
    while not holds():
        if time.monotonic() - started > LIMIT:
            sys.exit(f"{what} for {LIMIT:.0f} seconds.\nTo do:    kubectl get pods -A")
        time.sleep(0.5)


def kill_pod(target: Target, users: Users) -> None:
    """The pod that serves is deleted; Kubernetes makes another one."""
    started, pod = time.monotonic(), target.serving_pod()
    print(f"A pod is killed:  kubectl delete pod {pod} -n {target.namespace}", flush=True)
    run("kubectl", "delete", "pod", pod, "-n", target.namespace, "--wait=false")

    def replaced() -> bool:
        pods = live(look_at_sdep(target.name, target.namespace).pods)
        return bool(pods) and pod not in [one["metadata"]["name"] for one in pods] and all(map(is_ready, pods))

    until(replaced, "No new pod was ready")
    print(f"  a new pod was ready after {time.monotonic() - started:.0f} s", flush=True)
    time.sleep(CALM)
    print(f"  {users.since(started)}", flush=True)


def break_field(target: Target, users: Users, what: str, path: str, wrong: object, right: object) -> None:
    """A field of the manifest is set to something that cannot be, and back."""
    started = time.monotonic()
    print(f"{what}: {path.rsplit('/', 1)[-1]} becomes {json.dumps(wrong)}", flush=True)
    try:
        target.patch(path, wrong)
        until(target.reason, "Kubernetes gave no reason")
        print(f"  Kubernetes says: {target.reason()}", flush=True)
        time.sleep(CALM)
        print(f"  {users.since(started)}", flush=True)
    finally:
        target.patch(path, right)
    until(lambda: sdep(target.name, target.namespace, "") is None, f"{target.name} was not Available again")


def faults(target: Target) -> Iterator[tuple[str, str, object, object]]:
    """What can be wrong in this manifest: a word for it, the field's path, the wrong value, the right one."""
    containers = target.containers()
    if containers:
        place = "componentSpecs/0/spec/containers/0"
        image = containers[0]["image"]
        wrong = f"{image.rpartition(':')[0]}:{NOWHERE}"
        yield "An image that is not there", f"{place}/image", wrong, image
        resources = containers[0].get("resources")
        yield "More than any node has", f"{place}/resources", {"requests": {"cpu": "64"}}, resources
    uri = target.predictor["graph"].get("modelUri")
    if uri:
        yield "A model file that is not there", "graph/modelUri", f"{uri}-{NOWHERE}", uri


def reopen_port(target: Target) -> None:
    """Lead the learner's port to the pod that is there now, if it led to this deployment."""
    if own_target(os.environ["SELDON_URL"].rpartition(":")[2]) == f"{target.namespace}/{target.service}":
        run("bash", "scripts/reopen-port.sh", target.service, target.namespace)


def main() -> None:
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: python scripts/inject_faults.py NAME NAMESPACE [COLUMNS]")
    target = Target(sys.argv[1], sys.argv[2])
    users = Users(target.service, target.namespace, *target.question(int((sys.argv[3:] or ["4"])[0])))
    with users.asking():
        kill_pod(target, users)
        for fault in faults(target):
            break_field(target, users, *fault)
    reopen_port(target)
    print("All is as it was.")


if __name__ == "__main__":
    main()
