"""Step 3, the exercise: record what a caller asks for, and nothing else. Each test is one stage."""

import os
import random
import time

from lesson import expect, expect_hint
from ports import ask
from serving import ask_service, expect_available, expect_own, expect_running

NAMESPACE = "tracing"
OWN = "asked"
JAEGER = os.environ["TRACES_URL"]
OPEN = "scripts/open-traces.sh tracing"
FLOWER = {"data": {"ndarray": [[2.5, 1.3, 2.4, 1.0]]}}
PATIENCE = 20.0  # seconds until a span is in Jaeger
MANY = 100  # of so many, one in ten would leave none once in 38,000 times
PARTS = {(OWN, "predictions"), ("Inches", "TransformInput"), ("IrisModel", "Predict")}


def predict(headers: dict[str, str]) -> None:
    status, text = ask_service(OWN, NAMESPACE, FLOWER, headers=headers)
    log = f"kubectl logs -n {NAMESPACE} -l seldon-deployment-id={OWN} -c inches --tail=20"
    expect(status == 200, "HTTP 200 for a flower in inches", f"HTTP {status}: {text[:150]}", log)


def follow() -> dict:
    """A trace that begins here, as Jaeger has it when all three parts are in it, or when it is too late."""
    identity = f"{random.getrandbits(63) | 1 << 62:016x}"
    predict({"uber-trace-id": f"{identity}:{identity}:0:1"})
    started, found = time.monotonic(), {"traceID": identity, "spans": []}
    while time.monotonic() - started < PATIENCE and not parts(found) >= PARTS:
        time.sleep(0.2)
        found = (ask(f"{JAEGER}/api/traces/{identity}", OPEN).json().get("data") or [found])[0]
    return found


def parts(found: dict) -> set[tuple[str, str]]:
    """Service and operation of each span."""
    return {(found["processes"][span["processID"]]["serviceName"], span["operationName"]) for span in found["spans"]}


def recorded() -> set[str]:
    """The traces of the last hour in which the orchestrator of asked has a span."""
    now = time.time_ns() // 1000
    asked = {"service": OWN, "limit": 1000, "start": now - 3_600_000_000, "end": now + 60_000_000}
    return {one["traceID"] for one in ask(f"{JAEGER}/api/traces", OPEN, params=asked).json().get("data") or []}


def test_asked_is_available():
    """The SeldonDeployment asked is Available, and iris-model and Jaeger still are."""
    expect_running("jaeger", NAMESPACE, "kubectl apply -n tracing -f manifests/jaeger.yaml")
    expect_own(OWN, NAMESPACE, "write its manifest and apply it; the third hint on the page says how")
    expect_available("iris-model", NAMESPACE, "scripts/apply-when-ready.sh manifests/iris.yaml")


def test_asked_request_is_followed():
    """A request that comes with a trace is followed through the service asked, Inches and IrisModel."""
    got = parts(follow())
    expect_hint(
        got >= PARTS, f"spans of {OWN}, of Inches and of IrisModel in one trace",
        ", ".join(f"{service}: {name}" for service, name in sorted(got)) or "no trace",
        "give the orchestrator JAEGER_SERVICE_NAME, and keep TRACING and Jaeger's address at all three parts",
    )


def test_nothing_else_is_recorded():
    """Of a hundred requests without a trace, none is recorded."""
    before = recorded()
    for _ in range(MANY):
        predict({})
    # Spans come in the order in which they are sent: once this one is there, the others would be.
    own = follow()["traceID"]
    new = recorded() - before - {own}
    expect_hint(
        not new, f"no trace of {MANY} requests without one", f"{len(new)}, for example {min(new, default='')}",
        "take the sampler that says never; the second hint on the page names it",
    )
