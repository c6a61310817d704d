"""What the board makes of reports."""

from __future__ import annotations

import json
from typing import Any

import pytest

from handrail.server.hub.board.pupils import LONGEST, MOST_FAILURES, NoReport, Pupils
from handrail.server.hub.board.xapi import statements


def step(**more: Any) -> dict[str, Any]:
    return {"id": "step1", "title": "Plant", "opened": 100.0, "passed": 0.0, "failed": 0.0, "reason": "", **more}


def report(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"lesson": "Garden", "page": "step1", "since": 100.0, "help": 0.0, "steps": list(steps), **more}


def test_a_learner_is_shown_with_what_the_check_of_their_step_says() -> None:
    pupils = Pupils()
    pupils.take("anna", report(step(failed=120.0, reason="The bed is empty."), help=130.0))
    (shown,) = pupils.as_json()["pupils"]
    assert (shown["name"], shown["title"], shown["reason"]) == ("anna", "Plant", "The bed is empty.")
    assert (shown["passed"], shown["steps"], shown["help"]) == (0, 1, 130.0)
    pupils.take("anna", report(step(failed=120.0, passed=150.0, reason="The bed is empty.")))
    assert pupils.as_json()["pupils"][0]["reason"] == ""


def test_figures_of_a_step_count_each_failure_once_and_name_the_commonest() -> None:
    pupils = Pupils()
    for name, took in (("anna", 10.0), ("ben", 30.0), ("cleo", 50.0)):
        pupils.take(name, report(step(failed=110.0, reason="dry")))
        pupils.take(name, report(step(failed=110.0, reason="dry")))
        pupils.take(name, report(step(passed=100.0 + took)))
    pupils.take("dora", report(step(failed=111.0, reason="empty")))
    (figures,) = pupils.figures()
    assert (figures["opened"], figures["passed"], figures["median"]) == (4, 3, 30)
    assert figures["reasons"] == [{"reason": "dry", "times": 3}, {"reason": "empty", "times": 1}]


def test_the_table_has_a_line_for_each_step_and_no_formula() -> None:
    pupils = Pupils()
    pupils.take("anna", report(step(opened=0.0, failed=60.0, reason="=HYPERLINK(1)")))
    assert pupils.csv().splitlines()[1] == "anna,Garden,step1,Plant,,,1970-01-01T00:01:00Z,'=HYPERLINK(1)"


@pytest.mark.parametrize(
    "wrong",
    [None, [], "x", {}, report(page=None), report(since="1"), report(since=-1), report(help=True), report(steps={}),
     report(step(title=1)), report(*[step()] * 101), report(1)],
)  # fmt: skip
def test_what_is_no_report_is_refused(wrong: Any) -> None:
    pupils = Pupils()
    with pytest.raises(NoReport):
        pupils.take("anna", wrong)
    assert pupils.as_json()["pupils"] == []


def test_a_server_that_reports_failures_for_ever_does_not_fill_the_board() -> None:
    pupils = Pupils()
    for number in range(1, MOST_FAILURES + 50):
        pupils.take("mallory", report(step(failed=float(number), reason="x" * LONGEST), lesson=f"lesson {number}"))
    pupils.take("anna", report(step(failed=120.0, reason="The bed is empty.")))
    failures = [one for one in pupils.happened() if one.what == "failed"]
    assert [one.learner for one in failures] == ["anna"]
    assert sum(map(len, pupils._failures.values())) == MOST_FAILURES + 1


def test_a_text_that_is_none_in_utf_8_breaks_nobodys_board() -> None:
    pupils = Pupils()
    halved = "\ud800"
    pupils.take("mallory", report(step(id=halved, title=halved, failed=2.0, reason=halved), lesson=halved, page=halved))
    told = [pupils.csv(), json.dumps(pupils.as_json(), ensure_ascii=False)]
    told.append(json.dumps(statements(pupils.happened(), "http://127.0.0.1:8000"), ensure_ascii=False))
    assert all(each.encode() for each in told)


def test_figures_name_nobody_and_count_what_differs_by_a_learners_name_alone_as_one() -> None:
    """A learner's namespace and images have their name; the board can be shown to a class with names hidden."""
    pupils = Pupils()
    for name in ("anna", "ben", "Cleo"):
        why = f"no image registry:5000/learner-{name.lower()}/iris in the namespace learner-{name.lower()}"
        pupils.take(name, report(step(failed=110.0, reason=why)))
    pupils.take("dora", report(step(failed=111.0, reason="adoration of Dora")))
    (figures,) = pupils.figures()
    assert figures["reasons"] == [
        {"reason": "no image registry:5000/learner-…/iris in the namespace learner-…", "times": 3},
        {"reason": "adoration of …", "times": 1},
    ]
    shown = {pupil["name"]: (pupil["reason"], pupil["unnamed"]) for pupil in pupils.as_json()["pupils"]}
    assert shown["dora"] == ("adoration of Dora", "adoration of …")
