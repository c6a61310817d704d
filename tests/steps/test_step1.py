"""Step 1: a cluster, and in it Seldon Core's operator, resource definition and webhook."""
from kubernetes import client
from kubernetes.client.exceptions import ApiException
from lesson import NODE, SELDON_VERSION, api, expect, expect_operator, find, helm_release


def test_node_is_ready():
    """The node is Ready."""
    node = find(client.CoreV1Api(api()).read_node, NODE)
    expect(node is not None, f"a node named {NODE}", "none", "run step 1's  kind create cluster")
    ready = next((c for c in node.status.conditions or [] if c.type == "Ready"), None)
    expect(
        ready is not None and ready.status == "True",
        f"the node {NODE} to be Ready",
        ready.message if ready else "no condition yet",
        "wait half a minute and check again; then look at  kubectl describe node",
    )


def test_release_is_deployed():
    """The Helm release seldon-core is deployed, in the lesson's version."""
    release = helm_release()
    expect(
        release is not None,
        "a Helm release seldon-core in the namespace seldon-system",
        "none",
        "run step 1's  helm install",
    )
    expect(
        release["status"] == "deployed" and release["app_version"] == SELDON_VERSION,
        f"the release seldon-core to be deployed with app version {SELDON_VERSION}",
        f"{release['status']}, app version {release['app_version']}",
        "run  helm uninstall seldon-core -n seldon-system  and then step 1's  helm install  again",
    )
    print(f"  (chart {release['chart']})")


def test_crd_is_established():
    """Kubernetes knows the kind SeldonDeployment."""
    crd = find(
        client.ApiextensionsV1Api(api()).read_custom_resource_definition,
        "seldondeployments.machinelearning.seldon.io",
    )
    established = crd is not None and any(
        c.type == "Established" and c.status == "True" for c in crd.status.conditions or []
    )
    expect(
        established,
        "the resource definition seldondeployments.machinelearning.seldon.io to be established",
        "it is not there" if crd is None else "it is there, not yet established",
        "repeat step 1's  helm install , which brings it",
    )


def test_operator_is_available():
    """The operator is running."""
    expect_operator()


def test_webhook_answers():
    """The webhook refuses a SeldonDeployment that cannot work."""
    # A graph node without a container: only Seldon's webhook can know that this is wrong. Nothing is stored (dry run).
    impossible = {
        "apiVersion": "machinelearning.seldon.io/v1",
        "kind": "SeldonDeployment",
        "metadata": {"name": "check-of-step-1"},
        "spec": {"predictors": [{"name": "default", "graph": {"name": "missing", "type": "MODEL"}}]},
    }
    answer = "it was accepted"
    try:
        client.CustomObjectsApi(api()).create_namespaced_custom_object(
            "machinelearning.seldon.io", "v1", "default", "seldondeployments", impossible,
            dry_run="All", _request_timeout=15,
        )
    except ApiException as error:
        answer = str(error.body)
    expect(
        "v1.vseldondeployment.kb.io" in answer and "denied the request" in answer,
        "Seldon's webhook to refuse a graph node that has no container",
        answer[:200],
        "wait ten seconds and check again: the webhook starts a little after the operator",
    )
