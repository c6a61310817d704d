"""The scenarios with planted faults, as far as the linter finds them; `make planted` runs the rest."""

from __future__ import annotations

from pathlib import Path

from tests.planted.__main__ import cases, judge


def test_there_are_enough_of_them_and_each_has_a_fault() -> None:
    assert len(cases()) >= 30
    for case in cases():
        folder = Path(__file__).parents[2] / "planted" / case.name
        assert (folder / "healthy/index.json").is_file(), case.name
        assert case.without or any((folder / "faulty").iterdir()), case.name
        assert case.found_by in ("lint", "test", "warning", "mutate", "repeat", "compare"), case.name


def test_the_linter_finds_its_own_and_blames_no_twin(tmp_path: Path) -> None:
    own = [case for case in cases() if case.found_by == "lint"]
    found, blamed = judge(own, tmp_path, lint_only=True)
    assert [name for name, is_found in found.items() if not is_found] == []
    assert blamed == []
