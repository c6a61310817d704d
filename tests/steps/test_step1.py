"""Step 1: a cluster, and in it Seldon Core's operator, resource definition and webhook."""
import time

import pytest
import remedies
from kubernetes import client
from kubernetes.client.exceptions import ApiException
from lesson import NAMESPACE, NODE, SELDON_VERSION, api, expect, expect_operator, find, helm_release, helm_releases

WEBHOOK = "v1.vseldondeployment.kb.io"


@pytest.mark.skipif(remedies.IN_CLASSROOM, reason="the nodes are your instructor's")
def test_node_is_ready():
    """The node is Ready."""
    node = find(client.CoreV1Api(api()).read_node, NODE)
    expect(node is not None, f"a node named {NODE}", "none", remedies.CREATE)
    ready = next((c for c in node.status.conditions or [] if c.type == "Ready"), None)
    expect(
        ready is not None and ready.status == "True",
        f"the node {NODE} to be Ready",
        ready.message if ready else "no condition yet",
        f"scripts/wait-for.sh node/{NODE}",
    )
    expect(
        not node.spec.unschedulable,
        f"the node {NODE} to take pods",
        "it was cordoned: new pods find no place",
        f"kubectl uncordon {NODE}",
    )


def test_release_is_deployed():
    """The Helm release seldon-core is deployed, in the lesson's version."""
    release = helm_release()
    expected = "a Helm release seldon-core in the namespace seldon-system"
    if release is None:
        elsewhere = next((one for one in helm_releases() if one["chart"].startswith("seldon-core")), None)
        found = f"a release {elsewhere['name']} in the namespace {elsewhere['namespace']}" if elsewhere else "none"
        again = remedies.reinstall(elsewhere["name"], elsewhere["namespace"]) if elsewhere else remedies.INSTALL
        expect(False, expected, found, again)
    expect(
        release["status"] == "deployed" and release["app_version"] == SELDON_VERSION,
        f"the release seldon-core to be deployed with app version {SELDON_VERSION}",
        f"{release['status']}, app version {release['app_version']}",
        remedies.reinstall(),
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
        remedies.reinstall() if crd is None else "scripts/wait-for.sh crd/seldondeployments.machinelearning.seldon.io",
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
    configured = client.AdmissionregistrationV1Api(api()).list_validating_webhook_configuration(_request_timeout=10)
    ours = [one for one in configured.items if any(hook.name == WEBHOOK for hook in one.webhooks or [])]
    expect(bool(ours), f"a webhook {WEBHOOK}", "none is configured", remedies.reinstall())
    answer = ask_webhook(impossible)
    # It starts a little after the operator.
    patience = time.monotonic() + 15
    while "failed calling webhook" in answer and time.monotonic() < patience:
        time.sleep(1)
        answer = ask_webhook(impossible)
    expect(
        WEBHOOK in answer and "denied the request" in answer,
        "Seldon's webhook to refuse a graph node that has no container",
        answer[:200],
        remedies.RESTART_OPERATOR,
    )


def ask_webhook(resource: dict) -> str:
    """What the API server says to a SeldonDeployment; nothing is stored."""
    namespace = NAMESPACE if remedies.IN_CLASSROOM else "default"
    try:
        client.CustomObjectsApi(api()).create_namespaced_custom_object(
            "machinelearning.seldon.io", "v1", namespace, "seldondeployments", resource,
            dry_run="All", _request_timeout=15,
        )
    except ApiException as error:
        return str(error.body)
    return "it was accepted"
