"""What the checks of all lessons share: is a deployment up, and what does the learner's port answer?"""

import json

import remedies
import requests
from kubernetes import client
from kubernetes.client.exceptions import ApiException
from lesson import SELDON_URL, api, expect, expect_hint, expect_operator, find, model_pods, sdep
from look import look_at_deployment, look_at_sdep, manifest
from observed import NOT_YET, is_observed
from ports import ask
from readiness import why_not_ready


def expect_available(name: str, namespace: str, apply: str, *, set_up: str = "", mend: str = "") -> dict:
    """The SeldonDeployment, which is Available and has all its pods ready.

    apply: the command that deploys it. set_up: the one that makes the namespace, too.
    mend: the one that puts the lesson's own files back and deploys them.
    """
    expect_operator()
    expected = f"a SeldonDeployment {name} in the namespace {namespace}"
    found = sdep(name, namespace)
    if found is None:
        expect_not_elsewhere(name, namespace, expected, apply)
        has_namespace = find(client.CoreV1Api(api()).read_namespace, namespace) is not None
        expect(has_namespace, f"the namespace {namespace}", "none", set_up or apply)
        expect(False, expected, "none", apply)
    for number, predictor in enumerate(found["spec"]["predictors"]):
        patch = json.dumps([{"op": "replace", "path": f"/spec/predictors/{number}/replicas", "value": 1}])
        expect(
            predictor.get("replicas", 1) >= 1,
            f"at least one replica of the predictor {predictor['name']}",
            f"{name} asks for 0 replicas",
            f"kubectl patch sdep {name} -n {namespace} --type=json -p '{patch}'"
            f" && {remedies.wait_for_sdep(name, namespace)}",
        )
    wait = remedies.wait_for_sdep(name, namespace)
    seen = look_at_sdep(name, namespace)
    reason = why_not_ready(seen, mend=mend, wait=wait)
    if reason is not None:
        expect(False, f"{name} to be Available, with all of its pods ready", reason.found, reason.command)
    status = found.get("status", {})
    state = status.get("state", "not set yet")
    told = status.get("description", "")
    expect(
        state == "Available",
        f"the SeldonDeployment {name} to be Available",
        f"its state is {state}" + (f": {told}" if told else ""),
        mend if mend and state == "Failed" else wait,
    )
    expect(is_observed(found, seen), f"the SeldonDeployment {name} as it was applied last", NOT_YET, wait)
    return found


def expect_running(name: str, namespace: str, apply: str) -> None:
    """A Deployment of the lesson's own is there with all its pods ready; apply is the command that makes it."""
    found = find(client.AppsV1Api(api()).read_namespaced_deployment, name, namespace)
    expected = f"the Deployment {name} in the namespace {namespace}, with all of its pods ready"
    wait = f"scripts/wait-for.sh deployment/{name} -n {namespace}"
    expect(found is not None, expected, "no such Deployment", f"{apply} && {wait}")
    again = f"kubectl scale deployment {name} -n {namespace} --replicas=1 && {wait}"
    expect(found.spec.replicas != 0, expected, "it was scaled to 0", again)
    reason = why_not_ready(look_at_deployment(name, namespace), wait=wait)
    if reason is not None:
        expect(False, expected, reason.found, reason.command)
    expect((found.status.available_replicas or 0) >= 1, expected, "none is ready yet", wait)


def expect_was_away(name: str, namespace: str, command: str) -> None:
    """A Deployment of the lesson's own was scaled to 0 and back; command is the one that does it."""
    found = find(client.AppsV1Api(api()).read_namespaced_deployment, name, namespace)
    # Each change of what it asks for is a generation of its own: as it was applied, without a pod, and with one again.
    was_away = found is not None and found.metadata.generation >= 3
    expect(was_away, f"the Deployment {name} to have been taken away and brought back", "it was always there", command)


def expect_own(name: str, namespace: str, hint: str) -> dict:
    """A SeldonDeployment that the learner has to write: it is Available. hint: how to, while there is none."""
    there = sdep(name, namespace) is not None
    expect_hint(there, f"a SeldonDeployment {name} in the namespace {namespace}", "none", hint)
    return expect_available(name, namespace, f"kubectl get sdep -n {namespace}")


def expect_not_elsewhere(name: str, namespace: str, expected: str, apply: str) -> None:
    """It may have been applied into another namespace by mistake, as a rule into default."""
    try:
        everywhere = client.CustomObjectsApi(api()).list_cluster_custom_object(
            "machinelearning.seldon.io", "v1", "seldondeployments", _request_timeout=10
        )["items"]
    except ApiException:
        return
    others = [one["metadata"]["namespace"] for one in everywhere if one["metadata"]["name"] == name]
    if "default" in others:
        file = manifest(name, namespace)
        into = f"kubectl apply -n {namespace} -f {file}" if file else apply
        expect(
            False,
            expected,
            "it is in the namespace default: it was applied without a namespace",
            f"{remedies.create_namespace(namespace)} && {into} && kubectl delete sdep {name} -n default",
        )


def post(path: str, body: dict, command: str, *, url: str = SELDON_URL) -> requests.Response:
    """What the learner's port answers to JSON, whatever its status; command is said when nothing answers."""
    return ask(f"{url}{path}", command, body)


def predict(rows: list[list[float]], command: str, *, url: str = SELDON_URL) -> dict:
    """The JSON answer to rows of numbers; anything but HTTP 200 is an unmet expectation."""
    answer = post("/api/v1.0/predictions", {"data": {"ndarray": rows}}, command, url=url)
    expect(
        answer.status_code == 200,
        "HTTP 200 for a prediction",
        f"HTTP {answer.status_code}: {answer.text[:200]}",
        command,
    )
    return answer.json()


def pod_text(name: str, namespace: str, port: int, path: str) -> str:
    """What the one pod of a SeldonDeployment answers on a port, fetched through the API server."""
    pods = model_pods(name, namespace)
    expect(bool(pods), f"a pod of the SeldonDeployment {name}", "none", remedies.wait_for_sdep(name, namespace))
    read = client.CoreV1Api(api()).connect_get_namespaced_pod_proxy_with_path
    # Left to itself, the client turns text that is not JSON into the repr of its bytes.
    answer = read(f"{pods[0].metadata.name}:{port}", namespace, path, _preload_content=False, _request_timeout=10)
    return answer.data.decode()


def ask_service(
    name: str, namespace: str, body: dict, *, predictor: str = "default", path: str = "/api/v1.0/predictions",
    headers: dict[str, str] | None = None, port: int = 8000,
) -> tuple[int, str]:
    """HTTP status and text of what the Service of a predictor answers, wherever the learner's port leads."""
    address = f"/api/v1/namespaces/{namespace}/services/{name}-{predictor}:{port}/proxy{path}"
    sent = {"Content-Type": "application/json", "Accept": "*/*", **(headers or {})}
    try:
        answer = api().call_api(
            address, "POST", header_params=sent, body=body, auth_settings=["BearerToken"], _preload_content=False,
            _request_timeout=20,
        )
    except ApiException as error:
        return error.status, error.body if isinstance(error.body, str) else (error.body or b"").decode()
    return answer.status, answer.data.decode()
