"""Step 1: model and explainer are deployed, and the operator has told each where the other is."""
from kubernetes import client
from lesson import api, expect, find
from serving import expect_available

APPLY = "scripts/apply-when-ready.sh manifests/iris.yaml"


def test_iris_is_available():
    """The SeldonDeployment iris is Available."""
    expect_available("iris", "explain", APPLY)


def test_status_names_the_explainer():
    """Its status lists the explainer's service beside the model's."""
    status = expect_available("iris", "explain", APPLY)["status"]
    entry = status.get("serviceStatus", {}).get("iris-default-explainer", {})
    expect(
        entry.get("explainerFor") == "iris-default",
        "a service iris-default-explainer, explainer for iris-default, in the status",
        f"{sorted(status.get('serviceStatus', {}))}",
        APPLY,
    )


def test_explainer_runs():
    """The explainer's deployment is available and knows where the model answers."""
    deployment = find(client.AppsV1Api(api()).read_namespaced_deployment, "iris-default-explainer", "explain")
    expect(deployment is not None, "a deployment iris-default-explainer", "none", APPLY)
    ready = deployment.status.available_replicas or 0
    expect(ready >= 1, "one available explainer pod", f"{ready}",
           "scripts/wait-for.sh deployment/iris-default-explainer -n explain")
    args = deployment.spec.template.spec.containers[0].args or []
    expect(
        "--predictor_host=iris-default.explain:8000" in args,
        "the argument --predictor_host=iris-default.explain:8000",
        " ".join(args),
        APPLY,
    )
