"""Before each check of a further lesson: what scripts/set-up.sh made, at the start of step 1, is still there."""
import remedies
from kubernetes import client
from lesson import api, expect, expect_operator, find


def test_lesson_is_set_up():
    """The cluster has Seldon Core, and a namespace for this lesson."""
    name = remedies.LESSON.name
    expect_operator()
    namespace = find(client.CoreV1Api(api()).read_namespace, name)
    found = "none" if namespace is None else f"it is {namespace.status.phase}"
    expect(found == "it is Active", f"the namespace {name}", found, f"scripts/set-up.sh {name}")
