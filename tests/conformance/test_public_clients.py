"""Public clients of the Open Inference Protocol (Triton's, MLServer's) against the orchestrator and a real MLServer."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from .case import read
from .conftest import VECTORS
from .interpreters import environment, python_with
from .processes import Running, Workshop

CLIENTS = Path(__file__).parent / "v2/clients.py"


@pytest.mark.timeout(300)
def test_public_clients_get_their_predictions(workshop: Workshop, tmp_path: Path) -> None:
    manifest = read(VECTORS / "60-v2-single-model.json").manifest
    assert manifest is not None
    running = Running(workshop, manifest, {})
    try:
        ports = [str(running.port({"service": "v2-model-default", "port": number})) for number in (8000, 5001)]
        command = [str(python_with("mlserver")), "-W", "ignore", str(CLIENTS), *ports, str(tmp_path)]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=200, env=environment({}), stdin=subprocess.DEVNULL
        )
    finally:
        running.close()
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    answer = {"model ready": True, "name": "classifier", "id": "7", "predict": [[0], [2]]}
    assert told == {"http": {"ready": True, **answer}, "grpc": answer, "mlserver infer": [[0], [2]]}
