"""What the step checks share: the lesson's names, the way an expectation is said, and access to the cluster."""
import json
import os
import subprocess
from functools import cache

import remedies
from kubernetes import client, config
from kubernetes.client.exceptions import ApiException
from look import look_at_deployment
from readiness import why_not_ready
from urllib3.exceptions import HTTPError

CLUSTER = os.environ["CLUSTER"]
NODE = f"{CLUSTER}-control-plane"
SELDON_URL = os.environ["SELDON_URL"]
SELDON_VERSION = os.environ["SELDON_VERSION"]
NAMESPACE = os.environ.get("NAMESPACE", "seldon")
SDEP = "iris-model"


class Expectation(AssertionError):
    """A state that the step leads to and that is not there: what was expected, what was found, what to do.

    What to do is a command that works when it is copied, or, where there is something to write, a hint.
    """

    def __init__(self, expected: str, found: str, to_do: str) -> None:
        super().__init__(f"Expected: {expected}\nFound:    {found}\nTo do:    {to_do}")


def expect(holds: bool, expected: str, found: str, command: str) -> None:
    """The command is shown in backticks, which is how a player knows that it can be run."""
    if not holds:
        raise Expectation(expected, found, f"`{command}`")


def expect_hint(holds: bool, expected: str, found: str, hint: str) -> None:
    """For what the learner has to write: no command can do that."""
    if not holds:
        raise Expectation(expected, found, hint)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """One child process, at most 30 s; its output as text, its status not judged."""
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


@cache
def api() -> client.ApiClient:
    """A client for this lesson's cluster, whatever other contexts the kubeconfig may have."""
    wanted = os.environ.get("LESSON_CONTEXT", f"kind-{CLUSTER}")
    expected = f"the context {wanted} in the file named by KUBECONFIG"
    try:
        contexts, current = config.list_kube_config_contexts()
    except config.ConfigException:
        contexts, current = [], {"name": "none"}
    names = [context["name"] for context in contexts]
    expect(wanted in names, expected, f"contexts: {', '.join(names) or 'none'}", remedies.CREATE)
    expect(
        current["name"] == wanted,
        f"kubectl to speak to this lesson's cluster, context {wanted}",
        f"the current context is {current['name']}",
        remedies.USE_CONTEXT,
    )
    configuration = client.Configuration()
    configuration.retries = False
    config.load_kube_config(context=wanted, client_configuration=configuration)
    if "authorization" in configuration.api_key:
        # Release 36 of the client puts a token under one name, and looks for it under another.
        configuration.api_key["BearerToken"] = configuration.api_key["authorization"]
    api_client = client.ApiClient(configuration)
    try:
        client.VersionApi(api_client).get_code(_request_timeout=10)
    except (HTTPError, OSError) as error:
        raise Expectation(
            f"the API server of the cluster {CLUSTER} to answer",
            "no answer: the cluster was stopped or deleted",
            f"`{remedies.CREATE}`",
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


def expect_operator() -> None:
    """Seldon's operator is there and available; without it nobody acts on a SeldonDeployment."""
    name, namespace = "seldon-controller-manager", "seldon-system"
    expected = f"Seldon's operator, the Deployment {name} in {namespace}, with an available pod"
    deployment = find(client.AppsV1Api(api()).read_namespaced_deployment, name, namespace)
    if deployment is None:
        again = remedies.reinstall() if helm_release() else remedies.INSTALL
        expect(False, expected, "no such Deployment", again)
    expect(deployment.spec.replicas != 0, expected, "it was scaled to 0", remedies.START_OPERATOR)
    if (deployment.status.available_replicas or 0) < 1:
        reason = why_not_ready(
            look_at_deployment(name, namespace), mend=remedies.reinstall(), wait=remedies.WAIT_FOR_OPERATOR
        )
        found, command = (reason.found, reason.command) if reason else ("none yet", remedies.WAIT_FOR_OPERATOR)
        expect(False, expected, found, command)


def release_by_its_marks() -> dict | None:
    """What Helm has written on the operator's Deployment: learners may not read the Secret that describes a release."""
    deployment = find(client.AppsV1Api(api()).read_namespaced_deployment, "seldon-controller-manager", "seldon-system")
    if deployment is None:
        return None
    labels = deployment.metadata.labels or {}
    version = labels.get("app.kubernetes.io/version", "")
    return {
        "name": (deployment.metadata.annotations or {}).get("meta.helm.sh/release-name", ""),
        "namespace": "seldon-system",
        "status": "deployed",
        "app_version": version,
        "chart": f"{labels.get('app.kubernetes.io/name', '')}-{version}",
    }


def helm_releases() -> list[dict]:
    """All releases of the cluster, those that failed or are pending, too."""
    result = run("helm", "list", "--all-namespaces", "--output", "json")
    return json.loads(result.stdout or "[]") if result.returncode == 0 else []


def helm_release() -> dict | None:
    if remedies.IN_CLASSROOM:
        return release_by_its_marks()
    wanted = ("seldon-core", "seldon-system")
    return next((one for one in helm_releases() if (one["name"], one["namespace"]) == wanted), None)
