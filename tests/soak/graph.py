"""Wears an inference graph out on a cluster: busy connections, a model pod killed again and again, one rolling update.

    ENGINE=podman KUBECONFIG=… python -m tests.soak.graph [--seconds 300] [--connections 64] [--kill-every 20]

The cluster is kind's, its nodes are containers of ENGINE. The stand-in must be installed on it, and
tests/conformance/load-components.sh have loaded the components. The client is a pod in the cluster and speaks to the
predictor's Service, so it outlives every pod behind it.
Prints requests, errors by kind, and the orchestrators' memory; exit status 1 when a request is lost, a connection is
refused, an error is not well formed, or memory grows.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.conformance import installed, kubectl

Json = dict[str, Any]

NAMESPACE = "soak"
CLIENT = Path(__file__).with_name("graph_client.py")
SDEP = "worn"
ENGINE = "seldon-container-engine"
MODEL = f"{SDEP}-default-1-model"
WARM_SECONDS = 20  # until pools and caches have their size
MOST_GROWTH_MIB = 4.0
SETTLE_SECONDS = 120.0


def manifest(generation: int) -> Json:
    """A transformer with the orchestrator in one pod and the model in another, each twice."""

    def container(name: str, *arguments: str) -> Json:
        return {
            "name": name,
            "image": "localhost/parts:0.1",
            "imagePullPolicy": "IfNotPresent",
            "args": ["seldon-core-microservice", *arguments],
            "env": [{"name": "GENERATION", "value": str(generation)}],
        }

    scaler = container("scaler", "PlainScale", "--service-type", "TRANSFORMER")
    model = container("model", "CountModel", "--service-type", "MODEL")
    graph = {"name": "scaler", "type": "TRANSFORMER", "children": [{"name": "model", "type": "MODEL"}]}
    predictor = {
        "name": "default",
        "replicas": 2,
        "graph": graph,
        "componentSpecs": [{"spec": {"containers": [one]}} for one in (scaler, model)],
    }
    return {
        "apiVersion": "machinelearning.seldon.io/v1",
        "kind": "SeldonDeployment",
        "metadata": {"name": SDEP, "namespace": NAMESPACE},
        "spec": {"predictors": [predictor]},
    }


def pods(selector: str) -> list[str]:
    """Names of the running, ready pods that are not on their way out."""
    listed = (kubectl.get("pods", "-n", NAMESPACE, "-l", selector) or {"items": []})["items"]
    return sorted(
        pod["metadata"]["name"]
        for pod in listed
        if "deletionTimestamp" not in pod["metadata"]
        and any(c["type"] == "Ready" and c["status"] == "True" for c in pod.get("status", {}).get("conditions", []))
    )


def settled() -> bool:
    """Available, with nothing but the new pods."""
    sdep = kubectl.get("sdep", SDEP, "-n", NAMESPACE) or {}
    everything = (kubectl.get("pods", "-n", NAMESPACE, "-l", f"seldon-deployment-id={SDEP}") or {"items": []})["items"]
    ready = pods(f"seldon-deployment-id={SDEP}")
    return (sdep.get("status") or {}).get("state") == "Available" and len(everything) == len(ready) == 4


def memory() -> dict[str, float]:
    """Resident MiB of each orchestrator by its pod."""
    found = {}
    for pod in pods(f"seldon-app={SDEP}-default"):
        done = kubectl.run("exec", "-n", NAMESPACE, pod, "-c", ENGINE, "--", "cat", "/proc/1/status")
        for line in done.stdout.splitlines():
            if line.startswith("VmRSS:"):
                found[pod] = round(int(line.split()[1]) / 1024, 1)
    return found


def kill(pod: str) -> None:
    """End a model's process at once, as a crash does, and then take its pod away."""
    node = (kubectl.get("pod", pod, "-n", NAMESPACE) or {})["spec"]["nodeName"]
    labels = f'labels."io.kubernetes.pod.name"=={pod},labels."io.kubernetes.container.name"==model'
    script = f"ctr -n k8s.io tasks kill -s SIGKILL $(ctr -n k8s.io containers ls -q '{labels}')"
    done = subprocess.run(
        [os.environ.get("ENGINE", "docker"), "exec", node, "sh", "-c", script],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise kubectl.ClusterError(f"the model of {pod} could not be killed: {done.stderr.strip()}")
    kubectl.run("delete", "pod", pod, "-n", NAMESPACE, "--force", "--grace-period=0")


class Client:
    """The busy connections, in a pod of their own."""

    def __init__(self, connections: int, seconds: int) -> None:
        self._relay = kubectl.Relay(NAMESPACE, installed.image())
        host = f"{SDEP}-default.{NAMESPACE}.svc.cluster.local"
        words = ["exec", "-i", "-n", NAMESPACE, "conformance-relay", "--", "python3", "-c", CLIENT.read_text()]
        order = [host, "8000", "/api/v1.0/predictions", str(connections), str(seconds)]
        self._process = subprocess.Popen(["kubectl", *words, *order], stdout=subprocess.PIPE, text=True)

    def result(self) -> Json:
        """What became of the requests, once the time is up. Raises ClusterError when the client did not finish."""
        output, _ = self._process.communicate()
        if self._process.returncode:
            raise kubectl.ClusterError("the client's pod ended early")
        found: Json = json.loads(output)
        return found

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._relay.close()


class Wear:
    """One run; `grown` are the growths of memory seen, in MiB by pod."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self.kills: list[int] = []
        self.updated: tuple[int, int] = (0, 0)
        self.grown: dict[str, float] = {}

    def run(self) -> Json:
        client = Client(self._options.connections, self._options.seconds)
        try:
            self._wear(time.monotonic())
            return client.result()
        finally:
            client.close()

    def _wear(self, began: float) -> None:
        half = self._options.seconds / 2
        self._disturb(began, half)
        start = int(time.monotonic() - began)
        kubectl.apply(manifest(2))
        # The state is Available still for a moment: what counts is that the pods are new ones.
        before = set(pods(f"seldon-app={SDEP}-default"))
        kubectl.wait("new pods", lambda: settled() and not before & set(pods(f"seldon-app={SDEP}-default")), 120)
        self.updated = (start, int(time.monotonic() - began))
        self._disturb(began, self._options.seconds - 5)

    def _disturb(self, began: float, until: float) -> None:
        """Kill a model pod now and then until `until` seconds after `began`, and watch the orchestrators' memory."""
        time.sleep(WARM_SECONDS)
        first = memory()
        while time.monotonic() - began + self._options.kill_every < until:
            victims = pods(f"app={MODEL}")
            if len(victims) == 2:
                kubectl.run(
                    "delete", "pod", victims[len(self.kills) % 2], "-n", NAMESPACE, "--force", "--grace-period=0"
                )
                self.kills.append(int(time.monotonic() - began))
            time.sleep(self._options.kill_every)
        kubectl.wait("pods", settled, SETTLE_SECONDS)
        for pod, mib in memory().items():
            if pod in first:
                print(f"orchestrator {pod}: {first[pod]} MiB, then {mib} MiB")
                self.grown[pod] = mib - first[pod]


def judge(found: Json, wear: Wear) -> list[str]:
    """What must not be."""
    bad = {kind: count for kind, count in found["kinds"].items() if kind not in ("ok", "own error")}
    wrong = [f"{count} times {kind}: {found['first'].get(kind)}" for kind, count in bad.items()]
    start, end = wear.updated
    at_update = sum(found["bySecond"].get(str(second), {}).get("own error", 0) for second in range(start, end + 1))
    if at_update:
        wrong.append(f"{at_update} errors during the rolling update")
    wrong += [f"{pod} grew by {mib:.1f} MiB" for pod, mib in wear.grown.items() if mib > MOST_GROWTH_MIB]
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--kill-every", type=int, default=20)
    options = parser.parse_args()
    kubectl.run("create", "namespace", NAMESPACE)
    try:
        kubectl.apply(manifest(1))
        kubectl.wait("pods", settled, SETTLE_SECONDS)
        wear = Wear(options)
        found = wear.run()
    except kubectl.ClusterError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        kubectl.run("delete", "namespace", NAMESPACE, "--wait=false")
    print(f"{found['requests']} requests over {options.connections} connections in {options.seconds} s")
    print(f"answers: {json.dumps(found['kinds'])}")
    print(f"model pods killed at {wear.kills} s; the rolling update took from {wear.updated[0]} to {wear.updated[1]} s")
    print(f"by second, where not good: {json.dumps(found['bySecond'])}")
    for example in found["first"].values():
        print(f"for example: {example}")
    wrong = judge(found, wear)
    for line in wrong:
        print(f"WRONG {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
