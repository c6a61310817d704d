"""The catalogue names every problem and owns its words: code in the rules, sentences here."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Template

import pytest

import handrail
from handrail.problems import CappedProblems, Problem
from handrail.problems.catalogue import CATALOGUE, LINTED
from handrail.problems.entry import Entry

SOURCE = Path(handrail.__file__).parent
SOURCES = [file for file in sorted(SOURCE.rglob("*.py")) if not file.is_relative_to(SOURCE / "problems")]


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=CATALOGUE)
def test_an_entry_says_what_is_wrong_why_it_matters_and_what_to_do(entry: Entry) -> None:
    assert entry.why.endswith(".")
    assert not entry.summary.endswith(".")
    assert entry.texts
    for text in entry.texts.values():
        assert Template(text.message).is_valid()
        assert Template(text.remedy).is_valid()
        assert text.remedy


def test_no_code_is_listed_twice() -> None:
    assert len({entry.code for entry in LINTED}) == len(LINTED)


def strings() -> Iterator[str]:
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_every_code_is_found_by_some_rule() -> None:
    used = set(strings())
    assert [code for code in CATALOGUE if code not in used] == []


def test_every_code_that_a_rule_names_is_in_the_catalogue() -> None:
    makers = {"of", "UnsafePath", "Note", "add"}
    named = set()
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in makers and isinstance(node.args[0].value, str) and "-" in node.args[0].value:
                named.add(node.args[0].value)
    assert len(named) > 40
    assert named <= CATALOGUE.keys()


def test_nothing_compares_or_searches_the_words_of_a_problem() -> None:
    found = []
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Compare):
                for side in (node.left, *node.comparators):
                    words = [each for each in ast.walk(side) if isinstance(each, ast.Attribute)]
                    found += [f"{file}:{node.lineno}" for each in words if each.attr in ("message", "remedy")]
    assert found == []


def test_facts_fill_the_words_in_and_are_kept_apart_from_them() -> None:
    problem = Problem.of("file-missing", "index.json", 3, 4, "letter_case", file="Step.md", other="step.md")
    assert (problem.message, problem.severity) == ("Step.md does not exist.", "error")
    assert problem.remedy == "There is step.md: write its name in the same letter case."
    assert (problem.fact("file"), problem.fact("line")) == ("Step.md", None)


def test_a_dollar_in_a_fact_is_a_dollar() -> None:
    assert Problem.of("unknown-key", key="$key").message == 'No player knows the key "$key".'


def test_what_is_more_than_anybody_would_mend_is_counted() -> None:
    few = CappedProblems()
    for line in range(1, CappedProblems.MOST + 3):
        if few.room("heading-tight", "a.md", line):
            few.add(Problem.of("heading-tight", "a.md", line))
    *_, last = few.problems()
    assert (last.line, last.message) == (1001, "2 more of this kind follow in this file.")
