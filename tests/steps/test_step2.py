"""Step 2: the model's image is in the node and its SeldonDeployment is Available."""
import remedies
from iris import DEPLOY, IMAGE, folder_faults
from lesson import CLUSTER, NAMESPACE, NODE, SDEP, api, expect, expect_operator, model_pods
from look import WHERE_IMAGES_ARE, engine_images, node_images
from readiness import LOCAL
from serving import expect_available


def test_image_is_in_node():
    """The model's image is in the cluster's node."""
    api()
    there = node_images()
    if not remedies.IN_CLASSROOM:
        expect(bool(there), f"the node {NODE} of the cluster {CLUSTER} to hold images", "none", remedies.CREATE)
    own = {name for name in there if name.startswith(f"{IMAGE}:")}
    first = f"{IMAGE}:0.1"
    built = first in engine_images()
    folder_faults()
    expect(
        bool(own),
        f"the image {LOCAL}{first} in {WHERE_IMAGES_ARE}",
        f"it is built, and not in {WHERE_IMAGES_ARE} yet" if built else "no image of that name",
        f"scripts/load-image.sh {first}" if built else f"{remedies.TRAIN} && {remedies.build(first, 'model')}",
    )


def test_operator_is_available():
    """The operator is running."""
    expect_operator()


def test_seldon_deployment_is_available():
    """The SeldonDeployment iris-model is Available, with all of its pods ready."""
    expect_available(
        SDEP, NAMESPACE, DEPLOY, set_up=f"{remedies.create_namespace(NAMESPACE)} && {DEPLOY}", mend=remedies.GO_BACK
    )


def test_pods_are_ready():
    """Its pods have both containers Ready."""
    found = expect_available(SDEP, NAMESPACE, DEPLOY, mend=remedies.GO_BACK)
    wanted = found["spec"]["predictors"][0].get("replicas", 1)
    ready = {
        pod.metadata.name: sum(1 for c in pod.status.container_statuses or [] if c.ready) for pod in model_pods()
    }
    expect(
        len(ready) == wanted and all(count == 2 for count in ready.values()),
        f"{wanted} pod with 2 of 2 containers Ready",
        ", ".join(f"{name} {count}/2" for name, count in ready.items()) or "no pod",
        remedies.wait_for_sdep(SDEP, NAMESPACE),
    )
