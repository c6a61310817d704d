"""Step 4, the exercise: customers who asked for it get the canary by name. Each test is one stage."""

from edge import PATHS, answering, expect_route
from lesson import expect_hint
from serving import expect_available

EARLY = {"x-customer": "early"}


def test_route_is_accepted_and_main_has_all_others():
    """The route is accepted, and gives main all the weight."""
    expect_available("flowers", "gateway", "scripts/apply-when-ready.sh manifests/flowers.yaml")
    _, weights = expect_route()
    expect_hint(
        weights["flowers-canary"] == 0 and weights["flowers-main"] > 0, "weight 0 for canary", f"{weights}",
        "keep the weights of step 3: python scripts/shift.py 100 0",
    )


def test_customers_get_the_canary():
    """Who sends x-customer: early is answered by version 2, at both kinds of address."""
    for path in PATHS:
        seen = answering(20, EARLY, path)
        expect_hint(
            set(seen) == {"v2"}, f"version 2 for all with the header x-customer: early at {path}", f"{dict(seen)}",
            "add a rule with this header for each kind of address; the second hint says why",
        )


def test_nobody_else_notices():
    """Everybody else gets version 1, and x-version: canary still chooses version 2."""
    for path in PATHS:
        for headers, wanted in ((None, "v1"), ({"x-customer": "other"}, "v1"), ({"x-version": "canary"}, "v2")):
            seen = answering(10, headers, path)
            expect_hint(
                set(seen) == {wanted}, f"{wanted} at {path} for {headers or 'no header'}", f"{dict(seen)}",
                "a match needs the name and the value of the header; keep the matches that were there",
            )
