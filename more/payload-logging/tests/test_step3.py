"""Step 3: the log outlived its collector, and logging costs little."""
from kubernetes import client
from lesson import api, expect
from monitoring import expect_cheap, search
from serving import expect_running, expect_was_away

FIRST = (
    """curl -s "$SELDON_URL/api/v1.0/predictions" -H 'Content-Type: application/json'"""
    """ -H 'Seldon-Puid: my-first-event' -d '{"data": {"ndarray": [[6.3, 3.3, 6.0, 2.5]]}}'"""
)
SEARCH = "scripts/open-search.sh payload-logging"
AWAY = (
    "kubectl scale -n payload-logging deployment/collector --replicas=0"
    " && kubectl wait pod -n payload-logging -l app=collector --for=delete --timeout=60s"
    " && python client/load.py --seconds 5 --rate 30 --seed 3"
    " && kubectl scale -n payload-logging deployment/collector --replicas=1"
    " && scripts/wait-for.sh deployment/collector -n payload-logging"
)


def test_collector_runs():
    """The collector is running."""
    expect_running("collector", "payload-logging", "kubectl apply -n payload-logging -f manifests/collector.yaml")


def test_collector_was_away():
    """The collector was taken away while predictions went on, and brought back."""
    expect_was_away("collector", "payload-logging", AWAY)


def test_collector_was_killed():
    """The collector's process was killed and started again."""
    pods = client.CoreV1Api(api()).list_namespaced_pod("payload-logging", label_selector="app=collector").items
    if any(container.image != "localhost/collector:0.1" for pod in pods for container in pod.spec.containers):
        return  # The exercise of step 4 has replaced the pod that counted.
    restarts = [status.restart_count for pod in pods for status in pod.status.container_statuses or []]
    expect(
        bool(restarts) and max(restarts) >= 1,
        "a collector that was started again after a kill",
        f"restarts: {restarts or 'no pod'}",
        "kubectl exec -n payload-logging deployment/collector -- sh -c 'kill -9 $(cat /data/collector.pid)'",
    )


def test_first_event_is_still_there():
    """The first event is still in the store."""
    events = search(SEARCH, request="my-first-event")["events"]
    expect(
        {event["type"] for event in events} == {"request", "response"},
        "the request and the response named my-first-event",
        f"{len(events)} events",
        FIRST,
    )


def test_events_arrive_again():
    """The collector takes events again."""
    newest = search(SEARCH, type="request", limit="1")["events"]
    expect(bool(newest), "a newest request", "none", "python client/load.py --seconds 5")


def test_logging_is_cheap():
    """Logging costs at most 15 % of the median latency."""
    expect_cheap("payload-logging", "iris-plain", "iris-model")
