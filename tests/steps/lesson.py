"""What the step checks share: the lesson's names, the way an expectation is said, and access to the cluster."""
import json
import os
import subprocess
from functools import cache

from kubernetes import client, config
from kubernetes.client.exceptions import ApiException
from urllib3.exceptions import HTTPError

CLUSTER = os.environ["CLUSTER"]
NODE = f"{CLUSTER}-control-plane"
SELDON_URL = os.environ["SELDON_URL"]
SELDON_VERSION = os.environ["SELDON_VERSION"]
NAMESPACE = "seldon"
SDEP = "iris-model"
IMAGE = "localhost/iris-classifier"


class Expectation(AssertionError):
    """A state that the step leads to and that is not there: what was expected, what was found, what to do."""

    def __init__(self, expected: str, found: str, to_do: str) -> None:
        super().__init__(f"Expected: {expected}\nFound:    {found}\nTo do:    {to_do}")


def expect(holds: bool, expected: str, found: str, to_do: str) -> None:
    if not holds:
        raise Expectation(expected, found, to_do)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """One child process, at most 30 s; its output as text, its status not judged."""
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


@cache
def api() -> client.ApiClient:
    """A client for this lesson's cluster, whatever other contexts the kubeconfig may have."""
    wanted = f"kind-{CLUSTER}"
    create = f"run step 1's  kind create cluster ; if it is there,  kind export kubeconfig --name {CLUSTER}"
    try:
        contexts, current = config.list_kube_config_contexts()
    except config.ConfigException as error:
        raise Expectation(
            f"the cluster {CLUSTER} in the file named by KUBECONFIG", "no usable kubeconfig", create
        ) from error
    names = [context["name"] for context in contexts]
    expect(wanted in names, f"the context {wanted} in the kubeconfig", f"{', '.join(names) or 'none'}", create)
    expect(
        current["name"] == wanted,
        f"kubectl to speak to this lesson's cluster, context {wanted}",
        f"the current context is {current['name']}",
        f"run  kubectl config use-context {wanted}",
    )
    configuration = client.Configuration()
    configuration.retries = False
    config.load_kube_config(context=wanted, client_configuration=configuration)
    api_client = client.ApiClient(configuration)
    try:
        client.VersionApi(api_client).get_code(_request_timeout=10)
    except (HTTPError, OSError) as error:
        raise Expectation(
            f"the API server of the cluster {CLUSTER} to answer",
            "no answer: the cluster was stopped or deleted",
            "run step 1's commands again, from  scripts/have-cluster.sh || kind create cluster …  on",
        ) from error
    return api_client


def find(read, *args):
    """What a read call returns, or None where the object does not exist."""
    try:
        return read(*args, _request_timeout=10)
    except ApiException as error:
        if error.status == 404:
            return None
        raise


def sdep(name: str = SDEP, namespace: str = NAMESPACE) -> dict | None:
    """A SeldonDeployment as the API server has it, or None."""
    return find(
        client.CustomObjectsApi(api()).get_namespaced_custom_object,
        "machinelearning.seldon.io", "v1", namespace, "seldondeployments", name,
    )


def model_pods(name: str = SDEP, namespace: str = NAMESPACE) -> list[client.V1Pod]:
    """The pods of a SeldonDeployment that are not about to go."""
    pods = client.CoreV1Api(api()).list_namespaced_pod(
        namespace, label_selector=f"seldon-deployment-id={name}", _request_timeout=10
    )
    return [pod for pod in pods.items if pod.metadata.deletion_timestamp is None]


def operator_available() -> bool:
    deployment = find(client.AppsV1Api(api()).read_namespaced_deployment, "seldon-controller-manager", "seldon-system")
    return bool(deployment and (deployment.status.available_replicas or 0) >= 1)


def expect_operator() -> None:
    expect(
        operator_available(),
        "Seldon's operator, the Deployment seldon-controller-manager in seldon-system, with an available pod",
        "none available",
        "look at  kubectl get pods -n seldon-system ; if nothing is there, repeat step 1's  helm install",
    )


def helm_release() -> dict | None:
    result = run("helm", "list", "--namespace", "seldon-system", "--output", "json")
    releases = json.loads(result.stdout or "[]") if result.returncode == 0 else []
    return next((release for release in releases if release["name"] == "seldon-core"), None)
