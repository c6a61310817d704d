"""Step 1: two predictors run, and the edge shares requests out to them by weight."""
from edge import APPLY, OPEN, PATHS, answering, expect_route, expect_shares
from kubernetes import client
from lesson import api, expect, find, model_pods
from serving import expect_available, expect_running

DEPLOY = "scripts/apply-when-ready.sh manifests/flowers.yaml"
PROGRAM = "kubectl apply -f manifests/gateway.yaml -f manifests/route.yaml"


def test_two_predictors_run():
    """The SeldonDeployment flowers is Available, with a pod for each of its two predictors."""
    found = expect_available("flowers", "gateway", DEPLOY)
    names = [predictor["name"] for predictor in found["spec"]["predictors"]]
    expect(names == ["main", "canary"], "predictors main and canary", f"{names}", DEPLOY)
    pods = len(model_pods("flowers", "gateway"))
    expect(pods >= 2, "a pod of each", f"{pods}", "scripts/wait-for.sh sdep/flowers -n gateway")


def test_edge_runs():
    """Contour and Envoy are running."""
    kinds = "scripts/make-edge.sh && kubectl apply --server-side -f edge/kinds && scripts/wait-for.sh crd/--all"
    expect_running("edge", "gateway", f"{kinds} && kubectl apply -f manifests/edge.yaml")


def test_gateway_is_programmed():
    """The Gateway edge is programmed: somebody implements it."""
    read = client.CustomObjectsApi(api()).get_namespaced_custom_object
    gateway = find(read, "gateway.networking.k8s.io", "v1", "gateway", "gateways", "edge")
    expect(gateway is not None, "a Gateway edge", "none", PROGRAM)
    states = {one["type"]: one["status"] for one in gateway.get("status", {}).get("conditions", [])}
    expect(
        states.get("Programmed") == "True",
        "the Gateway edge to be Programmed",
        f"{states}",
        "scripts/wait-for.sh deployment/edge gateway/edge -n gateway",
    )


def test_shares_are_those_of_the_route():
    """200 requests at the edge are shared out as the route says."""
    expect_shares(expect_route()[1], 200)


def test_header_chooses_the_canary():
    """Who asks for the canary gets it."""
    for path in PATHS:
        seen = answering(20, {"x-version": "canary"}, path)
        wanted = f"version 2 for all with the header x-version: canary at {path}"
        expect(set(seen) == {"v2"}, wanted, f"{dict(seen)}", f"{APPLY} && {OPEN}")
