"""Step 1: the server's image is in the node, and the bucket has the model that is on the learner's disk."""
import os
from pathlib import Path

import remedies
from lesson import NODE, expect, run
from ports import ask
from serving import expect_running

BUCKET_URL = os.environ["BUCKET_URL"]
MODEL = Path(os.environ["LESSON_DIR"], "model", "model.joblib")
NAMESPACE = "prepackaged-server"
BUCKET = (
    f"kubectl create configmap bucket-program -n {NAMESPACE} --from-file=scripts/bucket.py --dry-run=client -o yaml"
    f" | kubectl apply -f - -f manifests/bucket.yaml"
)
OPEN = f"scripts/port-forward.sh bucket {NAMESPACE} {BUCKET_URL.rsplit(':', 1)[1]} 9000 /health"


def test_server_image_is_in_node():
    """The image of the server is in the cluster's node."""
    listed = run(os.environ["ENGINE"], "exec", NODE, "ctr", "--namespace", "k8s.io", "images", "list", "--quiet")
    image = "localhost/sklearn-server:0.1"
    expect(image in listed.stdout.split(), f"the image {image} in the node",
           "no image of that name", remedies.build("sklearn-server:0.1", "server"))


def test_bucket_runs():
    """The bucket is running."""
    expect_running("bucket", NAMESPACE, BUCKET)


def test_model_is_in_bucket():
    """The bucket has your model, and gives it only to those who have the key."""
    url = f"{BUCKET_URL}/models/iris/model.joblib"
    train = "" if MODEL.exists() else f"{remedies.TRAIN} && "
    upload = f'{train}curl -sf -T model/model.joblib "{url}"'
    anonymous = ask(url, OPEN)
    keyed = ask(url, OPEN, headers={"Authorization": "AWS4-HMAC-SHA256 Credential=lesson/"})
    expect(anonymous.status_code == 403, "HTTP 403 without the key", f"HTTP {anonymous.status_code}",
           OPEN)
    expect(keyed.status_code == 200, "iris/model.joblib in the bucket models", f"HTTP {keyed.status_code}", upload)
    same = MODEL.exists() and keyed.content == MODEL.read_bytes()
    expect(same, "the file that is on your disk", "another file", upload)
