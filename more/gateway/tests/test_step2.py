"""Step 2: the canary has been given all requests."""
from edge import canary_had_all, expect_route, expect_shares
from lesson import expect
from serving import expect_available

PROMOTE = "python scripts/shift.py 0 100"


def test_canary_has_all_the_weight():
    """The route gives the canary everything, or did so before the next step."""
    expect_available("flowers", "gateway", "scripts/apply-when-ready.sh manifests/flowers.yaml")
    route, weights = expect_route()
    # What came after that is the next step's way back.
    gone_on = canary_had_all(route) and weights["flowers-canary"] == 0
    all_of_it = weights["flowers-main"] == 0 and weights["flowers-canary"] > 0
    expect(all_of_it or gone_on, "weight 0 for main", f"{weights}", PROMOTE)


def test_requests_follow():
    """100 requests go where the route says."""
    expect_shares(expect_route()[1], 100)
