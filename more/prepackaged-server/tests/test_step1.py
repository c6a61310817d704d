"""Step 1: the server's image is in the node, and the bucket has the model that is on the learner's disk."""
import os
from pathlib import Path

import bucket
import pytest
import remedies
from lesson import NODE, expect, run
from serving import expect_running

MODEL = Path(os.environ["LESSON_DIR"], "model", "model.joblib")
NAMESPACE = "prepackaged-server"
APPLY = "kubectl apply -f manifests/bucket.yaml"
IMAGES = {"sklearn-server:0.1": remedies.build("sklearn-server:0.1", "server"), bucket.IMAGE: bucket.BUILD}


@pytest.mark.parametrize("image", IMAGES)
def test_image_is_in_node(image):
    """The images of the server and of the bucket are in the cluster's node."""
    listed = run(os.environ["ENGINE"], "exec", NODE, "ctr", "--namespace", "k8s.io", "images", "list", "--quiet")
    expect(f"localhost/{image}" in listed.stdout.split(), f"the image localhost/{image} in the node",
           "no image of that name", IMAGES[image])


def test_bucket_runs():
    """The bucket is running."""
    expect_running("bucket", NAMESPACE, APPLY)


def test_model_is_in_bucket():
    """The bucket has your model, and gives it only to those who have the key."""
    train = "" if MODEL.exists() else f"{remedies.TRAIN} && "
    upload = train + bucket.upload("model/model.joblib", "models/iris/model.joblib")
    found = bucket.fetch("models/iris/model.joblib", NAMESPACE, APPLY)
    expect(found is not None, "iris/model.joblib in the bucket models", "no such file", upload)
    same = MODEL.exists() and found == MODEL.read_bytes()
    expect(same, "the file that is on your disk", "another file", upload)
