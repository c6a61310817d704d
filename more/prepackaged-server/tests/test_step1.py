"""Step 1: the server's image is in the node, and the bucket has the model that is on the learner's disk."""
import os
from pathlib import Path

import requests
from kubernetes import client
from lesson import NODE, api, expect, find, run

BUCKET_URL = os.environ["BUCKET_URL"]
MODEL = Path(os.environ["LESSON_DIR"], "model", "model.joblib")
NAMESPACE = "prepackaged-server"


def test_server_image_is_in_node():
    """The image of the server is in the cluster's node."""
    listed = run(os.environ["ENGINE"], "exec", NODE, "ctr", "--namespace", "k8s.io", "images", "list", "--quiet")
    image = "localhost/sklearn-server:0.1"
    expect(image in listed.stdout.split(), f"the image {image} in the node",
           "no image of that name", "run step 1's  scripts/build-image.sh  and  scripts/load-image.sh")


def test_bucket_runs():
    """The bucket is running."""
    bucket = find(client.AppsV1Api(api()).read_namespaced_deployment, "bucket", NAMESPACE)
    expect(bucket is not None and (bucket.status.available_replicas or 0) >= 1, "an available deployment bucket",
           "none", "run step 1's  kubectl apply -f manifests/bucket.yaml  and wait for it")


def test_model_is_in_bucket():
    """The bucket has your model, and gives it only to those who have the key."""
    url = f"{BUCKET_URL}/models/iris/model.joblib"
    upload = "run step 1's  curl -sf -T model/model.joblib …"
    try:
        anonymous = requests.get(url, timeout=10)
        keyed = requests.get(url, headers={"Authorization": "AWS4-HMAC-SHA256 Credential=lesson/"}, timeout=10)
    except requests.RequestException:
        expect(False, f"the bucket on {BUCKET_URL}", "nothing answers there", "open the bucket's port again (step 1)")
        raise
    expect(anonymous.status_code == 403, "HTTP 403 without the key", f"HTTP {anonymous.status_code}",
           "open the bucket's port again (step 1): another program may be there")
    expect(keyed.status_code == 200, "iris/model.joblib in the bucket models", f"HTTP {keyed.status_code}", upload)
    same = MODEL.exists() and keyed.content == MODEL.read_bytes()
    expect(same, "the file that is on your disk", "another file", upload)
