"""Step 3: the log outlived its collector, and logging costs little."""
from kubernetes import client
from lesson import api, expect
from monitoring import expect_cheap, search

SEARCH = "run  scripts/open-search.sh payload-logging  and check again"


def test_collector_was_killed():
    """The collector's process was killed and started again."""
    pods = client.CoreV1Api(api()).list_namespaced_pod("payload-logging", label_selector="app=collector").items
    restarts = [status.restart_count for pod in pods for status in pod.status.container_statuses or []]
    expect(
        bool(restarts) and max(restarts) >= 1,
        "a collector that was started again after a kill",
        f"restarts: {restarts or 'no pod'}",
        "run step 3's  kubectl exec … kill -9",
    )


def test_first_event_is_still_there():
    """The first event is still in the store."""
    events = search(SEARCH, request="my-first-event")["events"]
    expect(
        {event["type"] for event in events} == {"request", "response"},
        "the request and the response named my-first-event",
        f"{len(events)} events",
        "send step 1's  curl  with Seldon-Puid: my-first-event  once more",
    )


def test_events_arrive_again():
    """The collector takes events again."""
    newest = search(SEARCH, type="request", limit="1")["events"]
    expect(bool(newest), "a newest request", "none", "run  python client/load.py --seconds 5  and check again")


def test_logging_is_cheap():
    """Logging costs at most 15 % of the median latency."""
    expect_cheap("payload-logging", "iris-plain", "iris-model")
