"""A prepackaged server of protocol v2: a real MLServer, started as the operator's objects say, and an orchestrator."""

from __future__ import annotations

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conformance.interpreters import environment
from tests.conformance.plan import plan
from tests.conformance.processes import orchestrate
from tests.ports import free_port
from tests.waiting import PATIENCE, until

MODEL = "/v2/models/classifier"
# As the image of more/frameworks has it: the workers of MLServer 1.7.1 do not start with today's uvloop.
IMAGE = {"MLSERVER_PARALLEL_WORKERS": "0"}

Ask = Callable[[str, object], tuple[int, Any]]


def send(url: str, body: object) -> tuple[int, Any]:
    """The status and the JSON of the answer, or its text; a GET without a body."""
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url, data, {"Content-Type": "application/json"}), timeout=PATIENCE
        ) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@contextmanager
def served(python: Path, folder: Path, graph: dict[str, Any]) -> Iterator[Ask]:
    """A SeldonDeployment with one node of protocol v2; models lie in `folder`/mnt, and modelUri begins with /mnt."""
    predictor = {"name": "default", "graph": {"name": "classifier", **graph}}
    made = plan(
        {
            "apiVersion": "machinelearning.seldon.io/v1",
            "kind": "SeldonDeployment",
            "metadata": {"name": "served", "namespace": "seldon"},
            "spec": {"protocol": "v2", "predictors": [predictor]},
        },
        folder,
        {},
    )
    (component,), (orchestrator,) = made.components, made.orchestrators
    url = f"http://127.0.0.1:{made.services['served-default', 8000]}"
    # A host has no /opt/mlserver, and nothing is fetched from a hub.
    here = {"MLSERVER_METRICS_PORT": str(free_port()), "XDG_CACHE_HOME": str(folder / "cache"), "HF_HUB_OFFLINE": "1"}
    log = folder / "mlserver.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [python.with_name(component.argv[0]), *component.argv[1:]],
            env=environment(IMAGE | component.env | here),
            cwd=folder,
            stdout=output,
            stderr=output,
        )
    entrance = orchestrate(orchestrator, folder / "annotations", folder / "orchestrator.log")

    def ready() -> bool:
        assert server.poll() is None, log.read_text()[-2000:]
        try:
            return send(f"{url}{MODEL}/ready", None)[0] == 200
        except OSError:
            return False

    try:
        until(ready, "the model")
        yield lambda path, body: send(url + path, body)
    finally:
        for process in (entrance, server):
            process.kill()
            process.wait()
