"""What the checks of the main lesson share: the model of the learner's folder, and what their port answers."""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import remedies
import requests
from free_port import other_port
from kubernetes import client
from lesson import NAMESPACE, SDEP, SELDON_URL, api, expect, expect_hint, model_pods
from ports import ask

PORT = SELDON_URL.rpartition(":")[2]
LESSON = Path(os.environ["LESSON_DIR"])
MODEL = LESSON / "model" / "model.joblib"
IMAGE = "iris-classifier"
SPECIES = ("setosa", "versicolor", "virginica")
DEPLOY = f"scripts/apply-when-ready.sh manifests/iris.yaml && {remedies.wait_for_sdep(SDEP, NAMESPACE)}"

# Runs the class of the learner's folder there, as the wrapper does in the image.
ASK = """
import json, sys
sys.path.insert(0, ".")
import numpy
from IrisModel import IrisModel
rows = IrisModel().predict(numpy.array(json.load(sys.stdin)), [])
print("ANSWER" + json.dumps(numpy.asarray(rows).tolist()))
"""


def folder_faults() -> None:
    """Before anything is built: the model is trained, and the class can be read."""
    path = LESSON / "model" / "IrisModel.py"
    expect(path.exists(), "the class in model/IrisModel.py", "no such file", remedies.GO_BACK)
    try:
        compile(path.read_text(encoding="utf-8"), "model/IrisModel.py", "exec")
    except SyntaxError as error:
        text = (error.text or "").strip()
        expect_hint(
            False, "a class that Python can read", f"model/IrisModel.py, line {error.lineno}: {error.msg}: {text}",
            f"`{remedies.GO_BACK}`, or mend that line",
        )


def answers_of_class(rows: list[list[float]]) -> tuple[list | None, str]:
    """What the class in the learner's folder answers, or None with the reason: file, line and error."""
    asked = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASK], input=json.dumps(rows), cwd=LESSON / "model",
        capture_output=True, text=True, timeout=60, check=False,
    )
    lines = [line for line in asked.stdout.splitlines() if line.startswith("ANSWER")]
    if lines:
        return json.loads(lines[-1].removeprefix("ANSWER")), ""
    places = re.findall(r'File "(?:[^"]*/)?(\w+\.py)", line (\d+)', asked.stderr)
    place = next((f"model/{file}, line {line}: " for file, line in reversed(places) if file == "IrisModel.py"), "")
    last = (asked.stderr.strip().splitlines() or [f"status {asked.returncode}"])[-1]
    return None, f"{place}{last}"


def predict(rows: list[list[float]]) -> requests.Response:
    """What the learner's port answers, or a sentence when nothing does."""
    return ask(f"{SELDON_URL}/api/v1.0/predictions", remedies.OPEN, {"data": {"ndarray": rows}})


def predictions_counted() -> float:
    """How many predictions the model's own pods have counted, read through the API server, not the learner's port."""
    total = 0.0
    for pod in model_pods():
        # Undecoded: the client would return the text of a Python bytes literal.
        response = client.CoreV1Api(api()).connect_get_namespaced_pod_proxy_with_path(
            f"{pod.metadata.name}:8000", NAMESPACE, "prometheus", _request_timeout=10, _preload_content=False
        )
        for line in response.data.decode().splitlines():
            counter = re.match(r"seldon_api_executor_server_requests_seconds_count\{(.*)\} (\S+)$", line)
            if counter and 'service="predictions"' in counter[1]:
                total += float(counter[2])
    return total


def expect_port_leads_to_model() -> None:
    """The model's own counter rises by what is asked on the learner's port."""
    before = predictions_counted()
    for _ in range(3):
        predict([[5.1, 3.5, 1.4, 0.2]])
    counted = predictions_counted() - before
    if counted >= 3:
        return
    target = LESSON / ".state" / f"port-forward-{PORT}.pid.target"
    ours = target.read_text().strip() if target.exists() else ""
    elsewhere = ours and ours.split(":")[0] != f"{NAMESPACE}/{SDEP}-default"
    expect(
        False,
        "the model's own counter to rise by the 3 predictions that this check asked for",
        f"it rose by {counted:.0f}: "
        + (f"your port leads to {ours}" if elsewhere else f"another program answers on {SELDON_URL}"),
        remedies.OPEN if elsewhere else other_port(int(PORT), remedies.OPEN),
    )
