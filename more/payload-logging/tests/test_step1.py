"""Step 1: what is asked and answered arrives at the collector."""
import time
from uuid import uuid4

from lesson import SELDON_URL, expect
from monitoring import search
from ports import ask
from serving import expect_available, expect_running

NAMESPACE = "payload-logging"
OPEN = "scripts/port-forward.sh iris-model-default payload-logging"
APPLY = (
    "kubectl apply -n payload-logging -f manifests/collector.yaml && scripts/apply-when-ready.sh manifests/iris.yaml"
    " && scripts/wait-for.sh deployment/collector sdep/iris-model -n payload-logging"
)
SEARCH = "scripts/open-search.sh payload-logging"
# A collector that has just been replaced is found again when the connections to the old one have run into their limit,
# which is 60 s in the orchestrator.
PATIENCE = 75.0


def test_deployments_are_available():
    """Both SeldonDeployments are Available."""
    for name, manifest in (("iris-model", "iris"), ("iris-plain", "plain")):
        expect_available(name, NAMESPACE, f"scripts/apply-when-ready.sh manifests/{manifest}.yaml")


def test_collector_runs():
    """The collector is running."""
    expect_running("collector", "payload-logging", "kubectl apply -n payload-logging -f manifests/collector.yaml")


def test_request_and_response_are_logged():
    """A prediction that this check asks for is logged, request and response."""
    puid = f"check-{uuid4()}"
    body = {"data": {"ndarray": [[6.3, 3.3, 6.0, 2.5]]}}
    answer = ask(f"{SELDON_URL}/api/v1.0/predictions", OPEN, body, headers={"Seldon-Puid": puid})
    expect(answer.status_code == 200, "HTTP 200", f"HTTP {answer.status_code}", OPEN)
    started = time.monotonic()
    events: dict[str, str] = {}
    while len(events) < 2 and time.monotonic() - started < PATIENCE:
        events = {event["type"]: event["body"] for event in search(SEARCH, request=puid)["events"]}
        time.sleep(0.1)
    expect(
        set(events) == {"request", "response"},
        "one request and one response event at the collector",
        f"{', '.join(events) or 'none'} after {PATIENCE:.0f} s",
        APPLY,
    )
    expect("6.3" in events["request"], "the request as it was sent", events["request"][:200], APPLY)
    response = events["response"].strip()
    expect(response == answer.text.strip(), "the response as it was given", response[:200], APPLY)
