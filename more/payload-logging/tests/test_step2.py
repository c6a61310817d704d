"""Step 2: traffic is logged, and a search is quick and right."""
from lesson import expect
from monitoring import search
from serving import expect_running

SEARCH = "scripts/open-search.sh payload-logging"
LIMIT_MS = 200.0
STRANGER = (
    """curl -s "$SELDON_URL/api/v1.0/predictions" -H 'Content-Type: application/json'"""
    """ -d '{"strData": "<img src=x onerror=alert(1)> from a stranger"}'"""
)


def test_collector_runs():
    """The collector is running."""
    expect_running("collector", "payload-logging", "kubectl apply -n payload-logging -f manifests/collector.yaml")


def test_traffic_is_logged():
    """At least 800 events are stored."""
    stored = search(SEARCH)["stored"]
    expect(stored >= 800, "at least 800 events", f"{stored}", "python client/load.py --seconds 12 --rate 40")


def test_search_finds_words_and_fields():
    """A search for words and a type finds just such events, within 200 ms."""
    found = search(SEARCH, q="virginica", type="response", limit="50")
    wrong = [event for event in found["events"] if event["type"] != "response" or "virginica" not in event["body"]]
    expect(
        len(found["events"]) == 50 and not wrong,
        "50 responses with the word virginica",
        f"{len(found['events'])}, {len(wrong)} of them wrong",
        "python client/load.py --seconds 12 --rate 40",
    )
    # Other work on the machine only adds to it: the quickest of five counts.
    again = (search(SEARCH, q="virginica", type="response", limit="50") for _ in range(4))
    took = min(one["milliseconds"] for one in (found, *again))
    expect(took < LIMIT_MS, f"less than {LIMIT_MS:.0f} ms", f"{took} ms", SEARCH)
    print(f"  (searched {found['stored']} events in {took} ms)")


def test_stranger_is_logged():
    """The stranger's text is found, as it was sent."""
    bodies = [event["body"] for event in search(SEARCH, q="stranger", type="request")["events"]]
    expect(
        any("<img src=x onerror=alert(1)>" in body for body in bodies),
        "the request with the text of a stranger",
        f"{len(bodies)} requests with that word",
        STRANGER,
    )
