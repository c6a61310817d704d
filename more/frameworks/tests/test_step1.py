"""Step 1: the servers' images are in the node, and a Job has trained the models and put them into the bucket."""
import os

import bucket
import pytest
import remedies
from kubernetes import client
from lesson import NODE, api, expect, find, run
from serving import expect_running

NAMESPACE = "frameworks"
TRAIN = (
    f"python model/flowers.py && kubectl delete job train -n {NAMESPACE} --ignore-not-found"
    f" && kubectl create configmap train-program -n {NAMESPACE} --from-file=model --dry-run=client -o yaml"
    f" | kubectl apply -f - -f manifests/train.yaml"
    f" && kubectl wait job/train -n {NAMESPACE} --for=condition=complete --timeout=240s"
)
IMAGES = {
    "mlserver:1.7.1": remedies.build("mlserver:1.7.1", "server"),
    "tensorflow-server:2.18.1": remedies.build("tensorflow-server:2.18.1", "tf-server"),
    bucket.IMAGE: bucket.BUILD,
}


@pytest.mark.parametrize("image", IMAGES)
def test_image_is_in_node(image):
    """The images of the servers and of the bucket are in the cluster's node."""
    listed = run(os.environ["ENGINE"], "exec", NODE, "ctr", "--namespace", "k8s.io", "images", "list", "--quiet")
    expect(f"localhost/{image}" in listed.stdout.split(), f"the image localhost/{image} in the node",
           "no image of that name", IMAGES[image])


def test_bucket_runs():
    """The bucket is running."""
    expect_running("bucket", NAMESPACE, "kubectl apply -f manifests/bucket.yaml")


def test_models_were_trained():
    """The Job that trains has ended well."""
    job = find(client.BatchV1Api(api()).read_namespaced_job, "train", NAMESPACE)
    expect(job is not None and (job.status.succeeded or 0) >= 1, "a Job train that has succeeded",
           "none" if job is None else f"{job.status.failed or 0} tries that failed", TRAIN)
