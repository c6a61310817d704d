"""What the checks of this lesson share: the route as Contour took it up, and who answers at the edge."""
from collections import Counter

import requests
from kubernetes import client
from lesson import SELDON_URL, api, expect, find
from ports import expect_own_port
from scipy.stats import binom

APPLY = "kubectl apply -f manifests/route.yaml"
OPEN = "scripts/port-forward.sh edge gateway"
# How often a check may fail by bad luck alone.
FALSE_ALARM = 1e-6
# Both kinds of address: the plain one, and the one that Seldon's own routes give.
PATHS = ("/api/v1.0/predictions", "/seldon/gateway/flowers/api/v1.0/predictions")
FLOWER = {"data": {"ndarray": [[5.1, 3.5, 1.4, 0.2]]}}


def expect_route() -> tuple[dict, dict[str, int]]:
    """The HTTPRoute, which Contour has taken up as it is now, and the weights of main and canary."""
    read = client.CustomObjectsApi(api()).get_namespaced_custom_object
    route = find(read, "gateway.networking.k8s.io", "v1", "gateway", "httproutes", "flowers")
    expect(route is not None, "an HTTPRoute flowers in the namespace gateway", "none", APPLY)
    said = [one for parent in route.get("status", {}).get("parents", []) for one in parent["conditions"]]
    good = {
        one["type"]
        for one in said
        if one["status"] == "True" and one["observedGeneration"] == route["metadata"]["generation"]
    }
    expect(
        {"Accepted", "ResolvedRefs"} <= good,
        "the route to be accepted, and its Services found",
        "; ".join(one["message"] for one in said if one["type"] not in good) or "nobody has said so yet",
        "kubectl describe httproute/flowers -n gateway",
    )
    shared = [rule["backendRefs"] for rule in route["spec"]["rules"] if len(rule["backendRefs"]) == 2]
    found = [{backend["name"]: backend.get("weight", 1) for backend in rule} for rule in shared]
    one_for_all = bool(found) and all(weights == found[0] for weights in found)
    expect(one_for_all, "the same weights for both kinds of address", f"{found or 'no rule with two Services'}", APPLY)
    weights = found[0]
    expect(
        set(weights) == {"flowers-main", "flowers-canary"} and sum(weights.values()) > 0,
        "weights for flowers-main and flowers-canary",
        f"{weights}",
        APPLY,
    )
    return route, weights


def weights_before(route: dict) -> list[tuple[int, int]]:
    """The weights of main and canary that the route has had: scripts/shift.py notes them on it, the latest last."""
    noted = route["metadata"].get("annotations", {}).get("shift/weights", "").split()
    return [(int(main), int(canary)) for main, _, canary in (weights.partition(":") for weights in noted)]


def canary_had_all(route: dict) -> bool:
    """Whether the route once gave the canary everything."""
    return any(main == 0 and canary > 0 for main, canary in weights_before(route))


def answering(count: int, headers: dict[str, str] | None = None, path: str = PATHS[0]) -> Counter[str]:
    """How many of so many requests each version answered; each has to get an answer, and through Envoy."""
    expect_own_port(SELDON_URL, OPEN)
    seen: Counter[str] = Counter()
    with requests.Session() as session:
        for _ in range(count):
            try:
                reply = session.post(f"{SELDON_URL}{path}", json=FLOWER, headers=headers, timeout=20)
            except requests.RequestException:
                expect(False, f"an answer on {SELDON_URL}", "nothing answers there", OPEN)
                raise
            found = f"HTTP {reply.status_code}: {reply.text[:200]}"
            expect(reply.status_code == 200, f"HTTP 200 at {path}", found, OPEN)
            server = reply.headers.get("server")
            expect(server == "envoy", "Envoy to answer", f"an answer that says it is of {server}", OPEN)
            seen.update(list(reply.json()["meta"]["requestPath"]))
    return seen


def expect_shares(weights: dict[str, int], count: int) -> None:
    """Of so many requests, as many go to version 2 as chance allows under these weights."""
    share = weights["flowers-canary"] / sum(weights.values())
    low, high = (share * count,) * 2 if share in (0, 1) else binom.interval(1 - FALSE_ALARM, count, share)
    seen = answering(count)
    expect(
        low <= seen["v2"] <= high and seen["v1"] + seen["v2"] == count,
        f"{low:.0f} to {high:.0f} of {count} requests to be answered by version 2, at weights {weights}",
        f"{dict(seen)}",
        OPEN,
    )
