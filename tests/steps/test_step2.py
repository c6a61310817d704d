"""Step 2: the model's image is in the node and its SeldonDeployment is Available."""
import os

from lesson import CLUSTER, IMAGE, NODE, expect, expect_operator, model_pods, run, sdep


def test_image_is_in_node():
    """The model's image is in the cluster's node."""
    listed = run(os.environ["ENGINE"], "exec", NODE, "ctr", "--namespace", "k8s.io", "images", "list", "--quiet")
    expect(
        listed.returncode == 0,
        f"the node {NODE} of the cluster {CLUSTER} to answer",
        "no answer: the cluster was stopped or deleted",
        "run step 1's commands again",
    )
    images = [name for name in listed.stdout.split() if name.startswith(f"{IMAGE}:")]
    expect(
        bool(images),
        f"the image {IMAGE}:0.1 in the node {NODE}",
        "no image of that name",
        "run step 2's  scripts/build-image.sh  and  scripts/load-image.sh",
    )


def test_operator_is_available():
    """The operator is running."""
    expect_operator()


def test_seldon_deployment_is_available():
    """The SeldonDeployment iris-model is Available with its replicas."""
    found = sdep()
    apply = "run step 2's  kubectl apply -f manifests/iris.yaml"
    expect(found is not None, "a SeldonDeployment iris-model in the namespace seldon", "none", apply)
    status = found.get("status", {})
    expect(
        status.get("state") == "Available",
        "the SeldonDeployment iris-model to be Available",
        f"its state is {status.get('state', 'not set yet')}: {status.get('description') or 'no description'}",
        "wait half a minute and check again; then look at  kubectl get pods -n seldon",
    )
    wanted = found["spec"]["predictors"][0].get("replicas", 1)
    expect(
        wanted >= 1 and status.get("replicas") == wanted,
        "as many replicas as the manifest asks for, at least one",
        f"the spec asks for {wanted}, the status says {status.get('replicas', 0)}",
        apply,
    )


def test_pods_are_ready():
    """Its pods have both containers Ready."""
    pods = model_pods()
    wanted = sdep()["spec"]["predictors"][0].get("replicas", 1)
    ready = {
        pod.metadata.name: sum(1 for c in pod.status.container_statuses or [] if c.ready) for pod in pods
    }
    expect(
        len(pods) == wanted and all(count == 2 for count in ready.values()),
        f"{wanted} pod with 2 of 2 containers Ready",
        ", ".join(f"{name} {count}/2" for name, count in ready.items()) or "no pod",
        "look at  kubectl get pods -n seldon  and  kubectl describe pods -n seldon ; "
        "if it was scaled to 0, apply manifests/iris.yaml again",
    )
