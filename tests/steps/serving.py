"""What the checks of the lessons under more/ share: is a deployment up, and what does the learner's port answer?"""
import requests
from kubernetes import client
from lesson import SELDON_URL, api, expect, find, model_pods, sdep


def expect_available(name: str, namespace: str, to_do: str) -> dict:
    """The SeldonDeployment, which is Available and has all its pods ready; to_do is said where it is not there."""
    expect(
        find(client.CoreV1Api(api()).read_namespace, namespace) is not None,
        f"the namespace {namespace}",
        "none",
        f"run step 1's  scripts/set-up.sh {namespace}",
    )
    found = sdep(name, namespace)
    expect(found is not None, f"a SeldonDeployment {name} in the namespace {namespace}", "none", to_do)
    status = found.get("status", {})
    expect(
        status.get("state") == "Available",
        f"the SeldonDeployment {name} to be Available",
        f"its state is {status.get('state', 'not set yet')}: {status.get('description') or 'no description'}",
        f"wait half a minute and check again; then look at  kubectl get pods -n {namespace}",
    )
    unready = [
        pod.metadata.name
        for pod in model_pods(name, namespace)
        if not all(container.ready for container in pod.status.container_statuses or [])
    ]
    expect(
        not unready,
        f"all pods of {name} to be ready",
        f"{', '.join(unready)} not yet",
        f"wait half a minute and check again; then look at  kubectl describe pods -n {namespace}",
    )
    return found


def post(path: str, body: dict, to_do: str, *, url: str = SELDON_URL) -> requests.Response:
    """What the learner's port answers to JSON, whatever its status; to_do is said when nothing answers."""
    try:
        return requests.post(f"{url}{path}", json=body, timeout=20)
    except requests.RequestException:
        expect(False, f"an answer on {url}{path}", "nothing answers there", to_do)
        raise


def predict(rows: list[list[float]], to_do: str, *, url: str = SELDON_URL) -> dict:
    """The JSON answer to rows of numbers; anything but HTTP 200 is an unmet expectation."""
    answer = post("/api/v1.0/predictions", {"data": {"ndarray": rows}}, to_do, url=url)
    expect(
        answer.status_code == 200,
        "HTTP 200 for a prediction",
        f"HTTP {answer.status_code}: {answer.text[:200]}",
        to_do,
    )
    return answer.json()


def pod_text(name: str, namespace: str, port: int, path: str) -> str:
    """What the one pod of a SeldonDeployment answers on a port, fetched through the API server."""
    pods = model_pods(name, namespace)
    expect(bool(pods), f"a pod of the SeldonDeployment {name}", "none", f"look at  kubectl get sdep -n {namespace}")
    read = client.CoreV1Api(api()).connect_get_namespaced_pod_proxy_with_path
    # Left to itself, the client turns text that is not JSON into the repr of its bytes.
    answer = read(f"{pods[0].metadata.name}:{port}", namespace, path, _preload_content=False, _request_timeout=10)
    return answer.data.decode()
