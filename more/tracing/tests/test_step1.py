"""Step 1: a prediction of the traced graph appears in Jaeger, with spans of all three parts, each below the other."""
import os
import random
import time

from lesson import SELDON_URL, expect
from ports import ask
from serving import expect_available, expect_running

OPEN = "scripts/port-forward.sh iris-model-default tracing && scripts/open-traces.sh tracing"
JAEGER = os.environ["TRACES_URL"]
APPLY = (
    "kubectl apply -n tracing -f manifests/jaeger.yaml && scripts/apply-when-ready.sh manifests/iris.yaml"
    " && scripts/wait-for.sh deployment/jaeger sdep/iris-model -n tracing"
)
PATIENCE = 20.0
WANTED = {("executor", "predictions"), ("Inches", "TransformInput"), ("IrisModel", "Predict")}


def trace(identity: str) -> dict | None:
    """A trace as Jaeger has it, or None."""
    found = ask(f"{JAEGER}/api/traces/{identity}", OPEN).json().get("data") or []
    return found[0] if found else None


def parts(found: dict) -> set[tuple[str, str]]:
    """Service and operation of each span."""
    return {(found["processes"][span["processID"]]["serviceName"], span["operationName"]) for span in found["spans"]}


def test_deployments_are_available():
    """Both SeldonDeployments are Available."""
    for name, manifest in (("iris-model", "iris"), ("iris-plain", "plain")):
        expect_available(name, "tracing", f"scripts/apply-when-ready.sh manifests/{manifest}.yaml")


def test_jaeger_runs():
    """Jaeger is running."""
    expect_running("jaeger", "tracing", "kubectl apply -n tracing -f manifests/jaeger.yaml")


def test_prediction_is_traced_through_the_graph():
    """A prediction has one trace, with spans of the orchestrator, the transformer and the model."""
    identity = f"{random.getrandbits(63) | 1 << 62:016x}"
    flower = {"data": {"ndarray": [[2.5, 1.3, 2.4, 1.0]]}}
    callers = {"uber-trace-id": f"{identity}:{identity}:0:1"}
    answer = ask(f"{SELDON_URL}/api/v1.0/predictions", OPEN, flower, headers=callers)
    expect(answer.status_code == 200, "HTTP 200", f"HTTP {answer.status_code}: {answer.text[:200]}", OPEN)
    started, found = time.monotonic(), None
    while time.monotonic() - started < PATIENCE and not (found and parts(found) >= WANTED):
        found = trace(identity)
        time.sleep(0.2)
    got = parts(found) if found else set()
    expect(
        got >= WANTED,
        "spans of the executor, of Inches and of IrisModel in one trace",
        ", ".join(f"{service}: {name}" for service, name in sorted(got)) or "no trace",
        APPLY,
    )
    known = {span["spanID"] for span in found["spans"]} | {identity}
    orphans = [
        span["operationName"]
        for span in found["spans"]
        if not any(reference["spanID"] in known for reference in span["references"])
    ]
    expect(not orphans, "each span below another, the first below the caller's", f"{', '.join(orphans)}", APPLY)
