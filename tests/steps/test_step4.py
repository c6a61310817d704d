"""Step 4, the exercise: the model answers with names, under a version of its own. Each test is one stage."""

import numpy as np
import remedies
from iris import DEPLOY, IMAGE, SPECIES, answers_of_class, expect_port_leads_to_model, folder_faults, predict
from lesson import NAMESPACE, SDEP, expect, expect_hint, sdep
from look import WHERE_IMAGES_ARE, engine_images, node_images
from serving import expect_available
from sklearn.datasets import load_iris

FEATURES = load_iris().data


def names(rows: list) -> list[str]:
    """The first value of each row, as text; a row may be a bare name."""
    return [str(np.ravel(row)[0]) for row in rows]


def later_versions(images: frozenset[str]) -> list[str]:
    """Versions of the model's image other than the one of step 2."""
    return sorted(name.rsplit(":", 1)[1] for name in images if name.startswith(f"{IMAGE}:") and name != f"{IMAGE}:0.1")


def test_class_returns_names():
    """The class in model/IrisModel.py returns the names of flowers."""
    folder_faults()
    rows, reason = answers_of_class(FEATURES[::50].tolist())
    expect_hint(rows is not None, "an answer of model/IrisModel.py", reason, f"`{remedies.GO_BACK}`, or mend that line")
    found = names(rows)
    expect_hint(
        set(found) <= set(SPECIES),
        "a name for each flower: setosa, versicolor or virginica",
        f"{rows[0]} for the first",
        "let predict return a name for each row; the first hint on the page says how",
    )
    expect_hint(
        found == list(SPECIES),
        "setosa, versicolor, virginica for one flower of each",
        ", ".join(found),
        "the order of the names is that of the model's classes: setosa, versicolor, virginica",
    )


def test_image_has_a_version_of_its_own():
    """An image with a version of its own is in the node."""
    built, there = later_versions(engine_images()), later_versions(node_images())
    load = f"scripts/load-image.sh {IMAGE}:{built[-1]}" if built else remedies.build(f"{IMAGE}:0.2", "model")
    found = f"{IMAGE}:{built[-1]} is built, and not in {WHERE_IMAGES_ARE} yet" if built else "none was built"
    expect(bool(there), f"an image {IMAGE} in {WHERE_IMAGES_ARE} with another version than 0.1", found, load)


def test_new_version_is_deployed():
    """The SeldonDeployment runs it."""
    found = sdep()
    expect(found is not None, f"a SeldonDeployment iris-model in the namespace {NAMESPACE}", "none", remedies.GO_BACK)
    image = found["spec"]["predictors"][0]["componentSpecs"][0]["spec"]["containers"][0].get("image", "")
    newest = (later_versions(node_images()) or ["0.2"])[-1]
    expect(
        not image.endswith(f"{IMAGE}:0.1"),
        f"the SeldonDeployment to run another version than 0.1, for example {newest}",
        f"it runs {image}",
        f"sed -i.mine 's|{IMAGE}:0.1|{IMAGE}:{newest}|' manifests/iris.yaml && kubectl apply -f manifests/iris.yaml"
        f" && scripts/wait-for-version.sh {newest}",
    )
    expect_available(SDEP, NAMESPACE, DEPLOY, mend=remedies.GO_BACK)


def test_names_are_answered():
    """All 150 flowers are answered with names, and at least 95 % of them are right."""
    expect_port_leads_to_model()
    answer = predict(FEATURES.tolist())
    expect(
        answer.status_code == 200,
        "HTTP 200 for 150 flowers",
        f"HTTP {answer.status_code}: {answer.text[:200]}",
        f"kubectl logs -n {NAMESPACE} -l seldon-deployment-id=iris-model -c classifier --tail=20",
    )
    found = names(answer.json()["data"]["ndarray"])
    # The image may be older than the class: built before the last change.
    again = remedies.build(f"{IMAGE}:0.3", "model") + (
        f" && sed -i.mine 's|{IMAGE}:.*|{IMAGE}:0.3|' manifests/iris.yaml && kubectl apply -f manifests/iris.yaml"
        " && scripts/wait-for-version.sh 0.3"
    )
    expect(set(found) <= set(SPECIES), "names in the answer", f"{found[0]} for the first flower", again)
    right = sum(name == SPECIES[kind] for name, kind in zip(found, load_iris().target, strict=True)) / len(found)
    expect(right >= 0.95, "at least 95 % of the flowers named right", f"{right:.0%}", again)
