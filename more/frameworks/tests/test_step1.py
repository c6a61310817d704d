"""Step 1: the server's image is in the node, and a Job has trained both models and put them into the bucket."""
import os

import remedies
from kubernetes import client
from lesson import NODE, api, expect, find, run

NAMESPACE = "frameworks"
BUCKET = (
    f"kubectl create configmap bucket-program -n {NAMESPACE} --from-file=scripts/bucket.py --dry-run=client -o yaml"
    f" | kubectl apply -f - -f manifests/bucket.yaml && scripts/wait-for.sh deployment/bucket -n {NAMESPACE}"
)
TRAIN = (
    f"kubectl delete job train -n {NAMESPACE} --ignore-not-found"
    f" && kubectl create configmap train-program -n {NAMESPACE} --from-file=model/train.py --dry-run=client -o yaml"
    f" | kubectl apply -f - -f manifests/train.yaml"
    f" && kubectl wait job/train -n {NAMESPACE} --for=condition=complete --timeout=150s"
)


def test_server_image_is_in_node():
    """The image of the server is in the cluster's node."""
    listed = run(os.environ["ENGINE"], "exec", NODE, "ctr", "--namespace", "k8s.io", "images", "list", "--quiet")
    image = "localhost/mlserver:1.7.1"
    expect(image in listed.stdout.split(), f"the image {image} in the node",
           "no image of that name", remedies.build("mlserver:1.7.1", "server"))


def test_bucket_runs():
    """The bucket is running."""
    bucket = find(client.AppsV1Api(api()).read_namespaced_deployment, "bucket", NAMESPACE)
    expect(bucket is not None and (bucket.status.available_replicas or 0) >= 1, "an available deployment bucket",
           "none", BUCKET)


def test_models_were_trained():
    """The Job that trains has ended well."""
    job = find(client.BatchV1Api(api()).read_namespaced_job, "train", NAMESPACE)
    expect(job is not None and (job.status.succeeded or 0) >= 1, "a Job train that has succeeded",
           "none" if job is None else f"{job.status.failed or 0} tries that failed", TRAIN)
