"""Step 2: the canary has been given all requests."""
from edge import canary_had_all, expect_route, expect_shares, weights_before
from lesson import expect
from serving import expect_available

PROMOTE = "python scripts/shift.py 0 100"


def test_canary_had_a_part_first():
    """The canary had a part of the requests before it got all of them."""
    expect_available("flowers", "gateway", "scripts/apply-when-ready.sh manifests/flowers.yaml")
    had = weights_before(expect_route()[0])
    expect(
        any(main > 0 and canary > 0 for main, canary in had),
        "the canary to have had a part of the weight first, in the annotation shift/weights of the route",
        f"the weights there, as main:canary: {', '.join(f'{main}:{canary}' for main, canary in had) or 'none'}",
        f"python scripts/shift.py 50 50 && {PROMOTE}",
    )


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
