"""In each further lesson: from nothing to the last step by what its checks say, and back from every learner's mistake.

`LESSONS` names those to try, all without it. They share one cluster; each has a workspace and a namespace of its own.
"""

import json
import os
from collections.abc import Iterator

import pytest

from handrail.runtime.workspace import Workspace
from handrail.scenario.reader import load

from .conftest import FAULTS, REPO, Lesson, clean_up, command_in

pytestmark = pytest.mark.timeout(1800)

MORE = REPO / "more"
LESSONS = [item["path"] for item in json.loads((MORE / "structure.json").read_text(encoding="utf-8"))["items"]]
CHOSEN = os.environ.get("LESSONS", "").split() or LESSONS


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """The cluster is made by what the first check says."""
    clean_up()  # what a killed run left
    yield
    clean_up()


@pytest.fixture(scope="module", params=CHOSEN)
def further(cluster: None, request: pytest.FixtureRequest) -> Iterator[Lesson]:
    """The lesson as a learner finds it."""
    workspace = Workspace.open(FAULTS / request.param)
    lesson = Lesson(workspace, MORE / request.param)
    try:
        lesson.begin()
        yield lesson
        lesson.sh('bash "$SCENARIO_DIR/scripts/clean.sh"')
    finally:
        workspace.close()


def deployments(lesson: Lesson) -> list[str]:
    """The names of the SeldonDeployments in the lesson's namespace."""
    return [name.partition("/")[2] for name in lesson.sh(f"kubectl get sdep -n {lesson.root.name} -o name").split()]


def deployment(lesson: Lesson) -> tuple[str, str]:
    """The namespace, and the first SeldonDeployment in it."""
    return lesson.root.name, deployments(lesson)[0]


def patch(lesson: Lesson, **changes: object) -> None:
    namespace, name = deployment(lesson)
    steps = [{"op": "add", "path": f"/spec/predictors/0/{path}", "value": value} for path, value in changes.items()]
    lesson.sh(f"kubectl patch sdep {name} -n {namespace} --type=json -p '{json.dumps(steps)}'")


def test_from_nothing_to_a_deployment_by_what_the_checks_say(further: Lesson) -> None:
    while not further.reached or not deployments(further):
        assert further.mend(further.reached + 1) != ""


def test_deployment_that_is_missing_is_applied(further: Lesson) -> None:
    namespace, name = deployment(further)
    further.sh(f"kubectl delete sdep {name} -n {namespace}")
    assert name in further.mend(further.reached)


def test_deployment_in_another_namespace_is_named(further: Lesson) -> None:
    namespace, name = deployment(further)
    moved = "import json, sys; it = json.load(sys.stdin); it['metadata'] = {'name': it['metadata']['name']}; "
    moved += "it.pop('status', None); print(json.dumps(it))"
    further.sh(f'kubectl get sdep {name} -n {namespace} -o json | python -c "{moved}" > .state/moved.json')
    further.sh(f"kubectl delete sdep {name} -n {namespace}; kubectl apply -n default -f .state/moved.json")
    assert "it is in the namespace default" in further.mend(further.reached)
    assert name not in further.sh("kubectl get sdep -n default 2>&1")


def test_tag_that_does_not_exist_is_named(further: Lesson) -> None:
    namespace, name = deployment(further)
    found = json.loads(further.sh(f"kubectl get sdep {name} -n {namespace} -o json"))
    if not found["spec"]["predictors"][0].get("componentSpecs"):
        pytest.skip("the operator chooses the image")
    image = found["spec"]["predictors"][0]["componentSpecs"][0]["spec"]["containers"][0]["image"]
    # The learner's way: the manifest that is there has another tag.
    file = further.sh(f"grep -l '^ *name: {name} *$' manifests/*.yaml | xargs grep -l '{image}' | head -n 1").strip()
    further.sh(f"sed -i 's|{image}|{image.rpartition(':')[0]}:9.7|' {file} && kubectl apply -n {namespace} -f {file}")
    # Not before the pod has found out; who waits is told, too.
    assert ":9.7 is not in the cluster's node" in further.run(f"scripts/wait-for.sh sdep/{name} -n {namespace}").stderr
    assert ":9.7 is not in the cluster's node" in further.mend(further.reached)


def test_no_replicas_are_scaled_up(further: Lesson) -> None:
    patch(further, replicas=0)
    assert "asks for 0 replicas" in further.mend(further.reached)


def test_port_that_is_closed_is_opened_again(further: Lesson) -> None:
    further.stop_port_forward()
    # Each step has ports of its own.
    for step in range(1, further.reached + 1):
        further.mend(step)


def test_the_rest_by_what_its_checks_say(further: Lesson) -> None:
    scenario = load(further.root)
    last = sum(page.id.startswith("step") for page in scenario.pages)
    for step in range(further.reached + 1, last + 1):
        assert further.mend(step) != "" or f"step{step}" in scenario.extra.get("passes_before", ())
        # What was reached before still is; a pod that was replaced may have to come first.
        for before in range(1, step):
            reason = further.check(before)
            if "`scripts/wait-for.sh " in reason:
                further.sh(command_in(reason))
                reason = further.check(before)
            assert reason == ""
