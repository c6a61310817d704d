"""Step 3: version 3 was tried and rolled back; users see no errors."""
from flowers_graph import classes_of, ratio
from kubernetes import client
from lesson import api, expect
from serving import expect_available, predict

OPEN = "scripts/reopen-port.sh flowers-default canary"
BACK = "python scripts/guard.py manifests/v2.yaml"
# Written by scripts/guard.py.
VERDICT = "guard/verdict"
# A virginica with a wide petal: version 3 fails on it.
VIRGINICA = [6.3, 3.3, 6.0, 2.5]


def test_version_3_was_tried():
    """Version 3 has been tried behind a canary."""
    found = expect_available("flowers", "canary", "python scripts/roll_out.py manifests/v2.yaml")
    # Nothing else stays of a version that was taken back: not its pods, and not its manifest in the cluster.
    verdict = found["metadata"].get("annotations", {}).get(VERDICT, "none")
    expect(
        verdict.startswith("V3: ") or "V3" in classes_of(found).values(),
        f"version 3 as a canary, or the guard's verdict on it in the annotation {VERDICT}",
        f"no such canary; the verdict: {verdict}",
        "python scripts/roll_out.py manifests/v3-canary.yaml",
    )


def test_version_2_is_back():
    """Version 2 runs alone again."""
    found = expect_available("flowers", "canary", "python scripts/roll_out.py manifests/v2.yaml")
    expect(
        classes_of(found) == {"stable": "V2"} and ratio(found) is None,
        "stable: V2, and no split",
        f"{classes_of(found)}",
        BACK,
    )


def test_nobody_sees_errors():
    """30 requests that version 3 would fail on are answered."""
    for _ in range(30):
        meta = predict([VIRGINICA], OPEN)["meta"]
        expect(set(meta["requestPath"]) == {"stable"}, "answers of stable only", f"{meta['requestPath']}", OPEN)


def test_old_pods_have_gone_or_are_going():
    """No pod with version 3 is left."""
    pods = client.CoreV1Api(api()).list_namespaced_pod(
        "canary", label_selector="seldon-deployment-id=flowers", _request_timeout=10
    )
    left = [
        pod.metadata.name
        for pod in pods.items
        if pod.metadata.deletion_timestamp is None and any("V3" in (c.args or []) for c in pod.spec.containers)
    ]
    expect(not left, "no pod with version 3", ", ".join(left), "scripts/wait-for.sh sdep/flowers -n canary")
