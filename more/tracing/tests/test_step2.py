"""Step 2: the trace that began outside is in Jaeger, and tracing costs little."""
import os
import time

from lesson import expect
from monitoring import expect_cheap
from ports import ask
from serving import expect_running, expect_was_away

OPEN = "scripts/open-traces.sh tracing"
JAEGER = os.environ["TRACES_URL"]
SEND = (
    """curl -s "$SELDON_URL/api/v1.0/predictions" -H 'Content-Type: application/json'"""
    """ -H 'uber-trace-id: 00000000c0ffee01:00000000c0ffee02:0:1' -d '{"data": {"ndarray": [[2.5, 1.3, 2.4, 1.0]]}}'"""
)
AWAY = (
    "kubectl scale -n tracing deployment/jaeger --replicas=0"
    " && kubectl wait pod -n tracing -l app=jaeger --for=delete --timeout=60s"
    " && python client/load.py --seconds 5 --rate 20"
    " && kubectl scale -n tracing deployment/jaeger --replicas=1"
    " && scripts/wait-for.sh deployment/jaeger -n tracing"
)
PATIENCE = 10.0


def test_jaeger_runs():
    """Jaeger is running."""
    expect_running("jaeger", "tracing", "kubectl apply -n tracing -f manifests/jaeger.yaml")


def test_jaeger_was_away():
    """Jaeger was taken away while predictions went on, and brought back."""
    expect_was_away("jaeger", "tracing", AWAY)


def test_callers_trace_goes_on():
    """The trace c0ffee01 goes on below the caller's span c0ffee02."""
    started, spans = time.monotonic(), []
    while not spans and time.monotonic() - started < PATIENCE:
        found = ask(f"{JAEGER}/api/traces/00000000c0ffee01", OPEN).json().get("data") or []
        spans = found[0]["spans"] if found else []
        time.sleep(0.2)
    parents = {reference["spanID"] for span in spans for reference in span["references"]}
    expect(
        "00000000c0ffee02" in parents,
        "the trace 00000000c0ffee01 with a span below 00000000c0ffee02",
        f"{len(spans)} spans",
        SEND,
    )


def test_tracing_is_cheap():
    """Tracing costs at most 15 % of the median latency."""
    expect_cheap("tracing", "iris-plain", "iris-model")
