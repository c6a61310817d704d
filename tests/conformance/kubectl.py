"""kubectl, and what the cluster tests need of it: objects as JSON, waiting for a condition, a relay for requests."""

from __future__ import annotations

import base64
import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .exchanges import Answer, body_of

Json = dict[str, Any]

RELAY_SOURCE = Path(__file__).with_name("relay.py")
POLL_SECONDS = 0.3


class ClusterError(Exception):
    """The cluster does not do what a comparison needs; str() says what was tried."""


def run(*words: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """kubectl with these words, whatever its exit status."""
    return subprocess.run(["kubectl", *words], input=text, capture_output=True, text=True, check=False)


def get(*words: str) -> Json | None:
    """An object or a list as JSON, or None if it is not there. Raises ClusterError."""
    done = run("get", *words, "-o", "json")
    if done.returncode == 0:
        found: Json = json.loads(done.stdout)
        return found
    if "NotFound" in done.stderr:
        return None
    raise ClusterError(f"kubectl get {' '.join(words)}: {done.stderr.strip()}")


def apply(manifest: Json) -> None:
    """Raises ClusterError when the API server refuses."""
    done = run("apply", "-f", "-", text=json.dumps(manifest))
    if done.returncode:
        raise ClusterError(f"kubectl apply: {done.stderr.strip()}")


def wait(what: str, condition: Callable[[], Any], seconds: float) -> Any:
    """The first true value of `condition`. Raises ClusterError after `seconds`."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise ClusterError(f"after {seconds:.0f} s there is still no {what}")
        time.sleep(POLL_SECONDS)
    return value


class Relay:
    """A pod that sends requests from inside the cluster, so that they reach ClusterIPs with their headers untouched."""

    def __init__(self, namespace: str, image: str) -> None:
        self._namespace = namespace
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "conformance-relay", "namespace": namespace},
            "spec": {
                "terminationGracePeriodSeconds": 0,
                "containers": [
                    {
                        "name": "relay",
                        "image": image,
                        "imagePullPolicy": "IfNotPresent",
                        "command": ["sleep", "infinity"],
                    }
                ],
            },
        }
        apply(pod)
        done = run("wait", "pod/conformance-relay", "-n", namespace, "--for=condition=Ready", "--timeout=60s")
        if done.returncode:
            raise ClusterError(f"the relay pod does not start: {done.stderr.strip()}")
        command = ["kubectl", "exec", "-i", "-n", namespace, "conformance-relay", "--", "python3", "-u", "-c"]
        self._process = subprocess.Popen(
            [*command, RELAY_SOURCE.read_text()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def send(self, host: str, port: int, request: Json) -> Answer:
        """One recorded request. Raises ConnectionError when nothing answers, CannotSend as exchanges.body_of does."""
        body = body_of(request)
        encoded = None if body is None else base64.b64encode(body).decode()
        asked = {key: request[key] for key in ("method", "path", "headers")}
        line = json.dumps({**asked, "host": host, "port": port, "body": encoded})
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"error": "the relay pod is gone"}')
        if "error" in answer:
            raise ConnectionError(answer["error"])
        text = base64.b64decode(answer["body"]).decode("utf-8", "replace")
        return Answer(answer["status"], answer["headers"], text)

    def close(self) -> None:
        self._process.terminate()
        self._process.communicate()
        run("delete", "pod", "conformance-relay", "-n", self._namespace, "--wait=false", "--ignore-not-found")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
