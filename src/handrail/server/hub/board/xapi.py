"""What happened in class as xAPI statements, which a learning record store takes over (`POST statements`).

Source: xAPI 1.0.3, part 2, "Statements"; the verbs and the type `lesson` are ADL's.
"""

import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from handrail.server.hub.board.pupils import Happening, iso

VERBS = {"opened": "initialized", "passed": "passed", "failed": "failed"}
_VERB = "http://adlnet.gov/expapi/verbs/"
_LESSON = "http://adlnet.gov/expapi/activities/lesson"


def statements(happened: Iterable[Happening], home: str) -> list[dict[str, Any]]:
    """One statement for each; `home` is the origin where learners have their accounts. The same happening always has
    the same id, so that a store that is given it twice keeps it once."""
    return [statement(one, home) for one in happened]


def statement(one: Happening, home: str) -> dict[str, Any]:
    """Who did what to which step of which lesson, and when; of a check also what it said."""
    verb = VERBS[one.what]
    lesson = f"{home}/lessons/{quote(one.lesson, safe='')}"
    step = f"{lesson}/{quote(one.step, safe='')}"
    said: dict[str, Any] = {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{step} {one.learner} {verb} {one.when!r}")),
        "actor": {"objectType": "Agent", "account": {"homePage": home, "name": one.learner}},
        "verb": {"id": _VERB + verb, "display": {"en": verb}},
        "object": activity(step, one.title),
        "context": {"contextActivities": {"parent": [activity(lesson, one.lesson)]}},
        "timestamp": iso(one.when),
    }
    if one.what != "opened":
        said["result"] = {"success": one.what == "passed", "completion": one.what == "passed"}
    if one.reason:
        said["result"]["response"] = one.reason
    return said


def activity(address: str, name: str) -> dict[str, Any]:
    """A lesson or a step."""
    return {"objectType": "Activity", "id": address, "definition": {"type": _LESSON, "name": {"en": name}}}
