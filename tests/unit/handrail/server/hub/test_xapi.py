"""What a learning record store is told of a class."""

from __future__ import annotations

from handrail.server.hub.board.pupils import Pupils
from handrail.server.hub.board.xapi import statements

from .test_pupils import report, step

HOME = "https://class.example"


def pupils() -> Pupils:
    found = Pupils()
    found.take("anna", report(step(failed=120.0, reason="dry")))
    found.take("anna", report(step(failed=130.0, reason="empty")))
    found.take("anna", report(step(failed=130.0, reason="empty", passed=150.0)))
    found.take("ben", report(step(opened=0.0)))
    return found


def test_each_opening_failure_and_pass_is_told_in_its_order() -> None:
    told = [(one["verb"]["display"]["en"], one["timestamp"][-6:]) for one in statements(pupils().happened(), HOME)]
    assert told == [("initialized", "01:40Z"), ("failed", "02:00Z"), ("failed", "02:10Z"), ("passed", "02:30Z")]


def test_a_statement_says_who_did_what_and_what_the_check_said() -> None:
    one = statements(pupils().happened(), HOME)[1]
    assert one["actor"]["account"] == {"homePage": HOME, "name": "anna"}
    assert one["object"]["id"] == f"{HOME}/lessons/Garden/step1"
    assert one["object"]["definition"]["name"] == {"en": "Plant"}
    assert one["result"] == {"success": False, "completion": False, "response": "dry"}


def test_what_is_told_twice_has_the_same_id() -> None:
    first, again = (statements(pupils().happened(), HOME) for _ in range(2))
    ids = [one["id"] for one in first]
    assert ids == [one["id"] for one in again]
    assert len(set(ids)) == len(ids)


def test_a_lesson_of_any_name_has_an_address() -> None:
    found = Pupils()
    found.take("anna", {**report(step()), "lesson": "Käse & Brot/1"})
    assert statements(found.happened(), HOME)[0]["object"]["id"] == f"{HOME}/lessons/K%C3%A4se%20%26%20Brot%2F1/step1"
