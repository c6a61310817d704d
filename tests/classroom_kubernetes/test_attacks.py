"""What a learner's shell can do to others, and to the cluster: nothing beyond its own namespace."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from ..classroom.conftest import ANNA, BEN
from ..classroom.shell import Shell, shell
from ..classroom.test_sign_in import cookie
from ..waiting import until
from .conftest import NAMESPACE, Cluster

OWN, OTHER = f"learner-{ANNA}", f"learner-{BEN}"

# What kubectl takes from its pod by itself, but not where it is to be somebody else.
ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
AS_HERSELF = (
    f'--server=https://kubernetes.default --certificate-authority={ACCOUNT}/ca.crt --token="$(cat {ACCOUNT}/token)"'
)

PRIVILEGED = '{"spec": {"containers": [{"name": "x", "image": "x", "securityContext": {"privileged": true}}]}}'
HOST_PATH = (
    '{"spec": {"containers": [{"name": "x", "image": "x", "volumeMounts": [{"name": "h", "mountPath": "/h"}]}], '
    '"volumes": [{"name": "h", "hostPath": {"path": "/"}}]}}'
)


@pytest.fixture(scope="module")
def anna(classroom: Cluster) -> Iterator[Shell]:
    with shell(classroom, ANNA, cookie(classroom.enter(ANNA))) as terminal:
        yield terminal


@pytest.fixture(scope="module")
def ben(classroom: Cluster) -> str:
    """The address of his server."""
    classroom.enter(BEN)
    return classroom.address(f"hub.jupyter.org/username={BEN}")


def test_a_learner_works_in_her_own_namespace(anna: Shell) -> None:
    said = anna.says("kubectl create configmap mine --from-literal a=b; kubectl auth can-i create deployments")
    assert "configmap/mine created" in said
    assert "\r\nyes\r\n" in said


@pytest.mark.parametrize(
    "command",
    [
        f"get pods -n {OTHER}", f"get configmaps -n {OTHER}", f"get pods -n {NAMESPACE}", f"get secrets -n {NAMESPACE}",
        f"get pod server-{ANNA} -n {NAMESPACE}", f"exec server-{BEN} -n {NAMESPACE} -- id", "get secrets -A",
        "get nodes", "get namespaces", "create namespace mine", f"create token hub -n {NAMESPACE}",
        f"create token learner-{BEN} -n {NAMESPACE}", f"{AS_HERSELF} get pods --as=system:admin",
        f"{AS_HERSELF} get pods --as=system:serviceaccount:{NAMESPACE}:hub", f"delete resourcequota learner -n {OWN}",
        f"delete limitrange learner -n {OWN}", f"label namespace {OWN} pod-security.kubernetes.io/enforce-",
        "create clusterrolebinding mine --clusterrole=cluster-admin --serviceaccount=default:default",
        f"create rolebinding mine -n {OWN} --clusterrole=admin --serviceaccount={NAMESPACE}:learner-{ANNA}",
    ],
)  # fmt: skip
def test_the_api_server_refuses_what_is_not_hers(anna: Shell, command: str) -> None:
    said = anna.says(f"kubectl {command}")
    assert "forbidden" in said.lower()


@pytest.mark.parametrize("spec", [PRIVILEGED, HOST_PATH, '{"spec": {"hostNetwork": true}}'])
def test_no_pod_of_hers_gets_at_the_node(anna: Shell, spec: str) -> None:
    said = anna.says(f"kubectl run x --image=x --overrides='{spec}'")
    assert "violates PodSecurity" in said


def test_nothing_of_hers_is_opened_to_the_outside_or_takes_what_is_meant_for_others(anna: Shell) -> None:
    for command in (
        "service nodeport mine --tcp=80",
        "service loadbalancer mine --tcp=80",
        "ingress mine --rule=x/=y:80",
    ):
        assert "exceeded quota" in anna.says(f"kubectl create {command}")
    patch = '{"spec": {"externalIPs": ["192.0.2.1"]}}'
    said = anna.says(f"kubectl create service clusterip mine --tcp=80; kubectl patch service mine -p '{patch}'")
    assert "service/mine created" in said
    assert "has no externalIPs" in said


def test_her_shell_finds_no_token_of_the_hub(anna: Shell) -> None:
    said = anna.says(
        "a=$(env | grep -ci -e ^jupyterhub -e ^jpy); b=$(cat /proc/[0-9]*/environ 2>/dev/null | grep -aci api_token); "
        "echo found $a $b as $(id -u)"
    )
    assert "found 0 0 as 1000" in said


def reaches(terminal: Shell, host: str, port: int, within: str = "") -> str:
    """What becomes of a connection from the learner's shell, or ``within`` a pod of hers: open, or the error's name."""
    tried = (
        f"{within}python3 -c 'import socket, sys\n"
        'try: socket.create_connection((sys.argv[1], int(sys.argv[2])), 3); print("is", "open")\n'
        f'except OSError as error: print("is", type(error).__name__)\' {host} {port}'
    )
    return re.findall(r"is (\w+)\r\n", terminal.says(tried))[-1]


def reaches_new_service(terminal: Shell, host: str, port: int, within: str = "") -> str:
    """The same once the node leads the Service to its pods. Until then it refuses every connection, whoever asks."""

    def is_led() -> str:
        found = reaches(terminal, host, port, within)
        return "" if found == "ConnectionRefusedError" else found

    return until(is_led, f"the pods of the Service {host}")


def test_the_network_leads_to_the_hub_and_to_nobody_elses_pod(classroom: Cluster, anna: Shell, ben: str) -> None:
    assert reaches(anna, "hub", 8081) == "open"
    assert reaches(anna, "kubernetes.default", 443) == "open"
    assert reaches(anna, ben, 8888) == "TimeoutError"
    assert reaches(anna, "proxy-api", 8001) == "TimeoutError"
    assert reaches(anna, classroom.address("component=proxy"), 8001) == "TimeoutError"


@pytest.fixture(scope="module")
def web(classroom: Cluster) -> Iterator[dict[str, str]]:
    """The addresses of a pod of Anna's and one of Ben's that answer at port 8000, each in its learner's namespace."""
    (hub,) = classroom.pods("component=hub")
    image = hub["spec"]["containers"][0]["image"]
    served = [f"--image={image}", "--image-pull-policy=IfNotPresent", "--command", "--", "python3", "-m", "http.server"]
    for namespace in (OWN, OTHER):
        classroom.kubectl("run", "web", "--namespace", namespace, *served, "8000")
        classroom.kubectl("expose", "pod", "web", "--namespace", namespace, "--port=8000")
    for namespace in (OWN, OTHER):
        classroom.kubectl("wait", "--for=condition=Ready", "--timeout=120s", "pod/web", "--namespace", namespace)
    yield {namespace: str(classroom.pods("run=web", namespace)[0]["status"]["podIP"]) for namespace in (OWN, OTHER)}
    for namespace in (OWN, OTHER):
        classroom.kubectl("delete", "pod/web", "service/web", "--namespace", namespace, "--grace-period=0", "--force")


def test_a_learners_pods_are_reached_by_the_learner_alone(classroom: Cluster, anna: Shell, web: dict[str, str]) -> None:
    assert reaches(anna, web[OWN], 8000) == "open"
    assert reaches_new_service(anna, f"web.{OWN}", 8000) == "open"
    assert reaches(anna, web[OTHER], 8000) == "TimeoutError"
    assert reaches_new_service(anna, f"web.{OTHER}", 8000) == "TimeoutError"


def test_a_learners_pods_reach_each_other_and_the_api_and_nothing_of_the_classroom(
    classroom: Cluster, anna: Shell, ben: str, web: dict[str, str]
) -> None:
    pod = "kubectl exec web -- "
    assert reaches_new_service(anna, f"web.{OWN}", 8000, within=pod) == "open"
    assert reaches(anna, "kubernetes.default", 443, within=pod) == "open"
    for host, port in ((web[OTHER], 8000), (ben, 8888), (f"hub.{NAMESPACE}", 8081), (f"proxy-api.{NAMESPACE}", 8001)):
        assert reaches(anna, host, port, within=pod) == "TimeoutError"


def test_whoever_reaches_them_all_the_same_is_refused(classroom: Cluster, ben: str) -> None:
    """The proxy and the servers ask for credentials of their own, whatever the network lets through."""
    proxy = classroom.address("component=proxy")
    assert classroom.status_for_the_hub(f"http://{ben}:8888/user/{BEN}/api/home") == "401"
    assert classroom.status_for_the_hub(f"http://{proxy}:8001/api/routes") == "403"
