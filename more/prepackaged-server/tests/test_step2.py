"""Step 2: a prepackaged server has fetched the model from the bucket; whether it can use it is another question."""
from lesson import expect, model_pods
from serving import expect_available, post

APPLY = "scripts/apply-when-ready.sh manifests/iris.yaml"
OPEN = "scripts/port-forward.sh iris-default prepackaged-server"
SKEW = "_name_to_fitted_passthrough"


def test_iris_is_available():
    """The SeldonDeployment iris is Available, with SKLEARN_SERVER and the bucket's address."""
    graph = expect_available("iris", "prepackaged-server", APPLY)["spec"]["predictors"][0]["graph"]
    expect(graph.get("implementation") == "SKLEARN_SERVER" and str(graph.get("modelUri", "")).startswith("s3://models/iris"),
           "implementation SKLEARN_SERVER and a modelUri that begins with s3://models/iris",
           f"{graph.get('implementation')}, {graph.get('modelUri')}", APPLY)


def test_model_was_fetched():
    """An init container has fetched the model."""
    pods = model_pods("iris", "prepackaged-server")
    done = [
        status
        for pod in pods
        for status in pod.status.init_container_statuses or []
        if status.name == "classifier-model-initializer" and status.state.terminated
        and status.state.terminated.exit_code == 0
    ]
    expect(bool(done), "classifier-model-initializer to have ended well", "it has not",
           "kubectl logs -n prepackaged-server -l seldon-deployment-id=iris -c classifier-model-initializer")


def test_server_answers_for_this_model():
    """The server answers: with the error of this model, or after step 3 with predictions."""
    answer = post("/api/v1.0/predictions", {"data": {"ndarray": [[5.1, 3.5, 1.4, 0.2]]}}, OPEN)
    expect(answer.status_code == 200 or SKEW in answer.text, f"HTTP 500 that names {SKEW}",
           f"HTTP {answer.status_code}: {answer.text[:150]}", OPEN)
