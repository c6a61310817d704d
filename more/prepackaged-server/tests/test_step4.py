"""Step 4, the exercise: a second model, no image. Each test is one stage; the file in the bucket says what is right."""

import io
import json

import bucket
import joblib
import numpy as np
from lesson import expect, expect_hint
from serving import ask_service, expect_available, expect_own
from sklearn.datasets import load_iris

NAMESPACE = "prepackaged-server"
APPLY = "kubectl apply -f manifests/bucket.yaml"
IRIS = load_iris()
BACK = (
    "sed -i.mine 's|s3://models/iris/.*|s3://models/iris|' manifests/iris.yaml"
    " && python scripts/roll_out.py manifests/iris.yaml"
)


def in_bucket(name: str) -> bytes | None:
    """A file of the bucket models, or None."""
    return bucket.fetch(f"models/{name}", NAMESPACE, APPLY)


def probabilities(file: bytes) -> np.ndarray:
    """What the model in a file says of all flowers."""
    return joblib.load(io.BytesIO(file)).predict_proba(IRIS.data)


def test_bucket_has_a_second_model():
    """The bucket has another model in iris/2/model.joblib."""
    first, second = in_bucket("iris/model.joblib"), in_bucket("iris/2/model.joblib")
    upload = bucket.upload("model/model.joblib", "models/iris/model.joblib")
    expect(first is not None, "the model of step 1 in the bucket", "it is not there any more", upload)
    hint = "train it and upload it with rclone copyto, as in step 1; the first two hints on the page say how"
    expect_hint(second is not None, "iris/2/model.joblib in the bucket models", "no such file", hint)
    apart = float(np.abs(probabilities(first) - probabilities(second)).max())
    expect_hint(apart > 0.01, "a model of another kind", "it says of all flowers what the first one says",
                "train a KNeighborsClassifier, for example")


def test_second_is_available():
    """The SeldonDeployment second is Available, with SKLEARN_SERVER and the second model's folder."""
    found = expect_own("second", NAMESPACE, "write its manifest and apply it; the third hint on the page says how")
    graph = found["spec"]["predictors"][0]["graph"]
    uri = str(graph.get("modelUri", "")).rstrip("/")
    expect_hint(
        graph.get("implementation") == "SKLEARN_SERVER" and uri == "s3://models/iris/2",
        "implementation SKLEARN_SERVER and modelUri s3://models/iris/2", f"{graph.get('implementation')}, {uri}",
        "name the folder of the file in modelUri, and keep the implementation",
    )


def test_no_new_image_was_needed():
    """It runs the server's image of step 3."""
    found = expect_own("second", NAMESPACE, "write its manifest and apply it")
    containers = found["spec"]["predictors"][0]["componentSpecs"][0]["spec"]["containers"]
    images = [one.get("image", "") for one in containers if one["name"] == "classifier"]
    expect_hint(images == ["localhost/sklearn-server:0.2"], "the image localhost/sklearn-server:0.2", f"{images}",
                "keep the container of manifests/iris.yaml as it is after step 3")


def test_second_model_is_served():
    """All 150 flowers get the probabilities that the file in the bucket gives, and 90 % of them are right."""
    status, text = ask_service("second", NAMESPACE, {"data": {"ndarray": IRIS.data.tolist()}})
    log = f"kubectl logs -n {NAMESPACE} -l seldon-deployment-id=second -c classifier --tail=20"
    expect(status == 200, "HTTP 200 for 150 flowers", f"HTTP {status}: {text[:150]}", log)
    served = np.array(json.loads(text)["data"]["ndarray"], dtype=float)
    local = probabilities(in_bucket("iris/2/model.joblib"))
    again = (
        f"kubectl delete pods -n {NAMESPACE} -l seldon-deployment-id=second"
        f" && scripts/wait-for.sh sdep/second -n {NAMESPACE}"
    )
    same = served.shape == local.shape and float(np.abs(served - local).max()) < 1e-6
    expect(same, "the probabilities of the file in the bucket", "others: it was fetched before the last upload", again)
    right = float((served.argmax(axis=1) == IRIS.target).mean())
    expect_hint(right >= 0.9, "at least 90 % of the flowers named right", f"{right:.0%}", "train on the iris data")


def test_first_model_is_still_served():
    """The SeldonDeployment iris still serves the first one."""
    graph = expect_available("iris", NAMESPACE, BACK)["spec"]["predictors"][0]["graph"]
    uri = graph.get("modelUri")
    expect(uri == "s3://models/iris", "modelUri s3://models/iris for iris", f"{uri}", BACK)
