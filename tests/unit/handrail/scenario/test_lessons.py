"""The lessons of a course, a pathway, a repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from handrail.scenario.lessons import Entry, read_course


def write(root: Path, files: dict[str, Any]) -> Path:
    """Files by path; what is not a text is written as JSON, and a folder's name alone means a scenario."""
    for name, content in files.items():
        path = root / (f"{name}/index.json" if content is None else name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content or {"title": name}))
    return root


def entries(root: Path) -> list[Entry]:
    course = read_course(root)
    assert course is not None
    return list(course.entries)


def shown(root: Path) -> list[tuple[str, str]]:
    return [(each.path, each.group) for each in entries(root)]


def test_scenario_alone_is_no_course(tmp_path: Path) -> None:
    assert read_course(write(tmp_path, {".": None})) is None
    assert read_course(tmp_path / "index.json") is None


def test_folder_without_any_scenario_is_no_course(tmp_path: Path) -> None:
    assert read_course(tmp_path) is None


def test_structure_shows_what_it_names_in_its_order(tmp_path: Path) -> None:
    items = [{"path": "b", "title": "Named"}, {"path": "a"}]
    write(tmp_path, {"a": None, "b": None, "c": None, "structure.json": {"items": items}})
    assert shown(tmp_path) == [("b", ""), ("a", "")]
    assert entries(tmp_path)[0].title == "Named"


def test_course_in_a_course_is_a_group_unless_its_items_say_otherwise(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".": None,
            "more/a": None,
            "more/b": None,
            "structure.json": {"items": [{"path": ".", "handrail": {"group": "First"}}, {"path": "more"}]},
            "more/structure.json": {
                "title": "Further",
                "items": [{"path": "b"}, {"path": "a", "handrail": {"group": "Last"}}],
            },
        },
    )
    assert shown(tmp_path) == [(".", "First"), ("more/b", "Further"), ("more/a", "Last")]
    assert [each.id for each in entries(tmp_path)] == ["lesson", "more-b", "more-a"]


def test_pathways_come_first_and_what_they_do_not_name_comes_after(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "basics/one": None,
            "loose": None,
            "basics-pathway.json": {"title": "Basics", "courses": [{"course_id": "one"}]},
        },
    )
    assert shown(tmp_path) == [("basics/one", "Basics"), ("loose", "")]


def test_repository_without_lists_shows_every_scenario(tmp_path: Path) -> None:
    assert shown(write(tmp_path, {"x/b": None, "x/a": None})) == [("x/a", ""), ("x/b", "")]


def test_ids_are_unique_and_safe_in_an_address(tmp_path: Path) -> None:
    write(tmp_path, {"a/b": None, "a-b": None, "\u00e4\u00f6": None, "lesson": None, "50% #?": None})
    ids = [each.id for each in entries(tmp_path)]
    assert len(set(ids)) == len(ids) == 5
    assert all(each and set(each) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-") for each in ids)


@pytest.mark.parametrize("path", ["../outside", "/etc", "nothing"])
def test_entry_that_leads_out_of_the_repository_is_no_lesson_and_a_missing_one_is_kept(
    tmp_path: Path, path: str
) -> None:
    write(tmp_path / "outside", {".": None})
    root = write(tmp_path / "course", {"a": None, "structure.json": {"items": [{"path": path}, {"path": "a"}]}})
    assert [each.path for each in entries(root)] == (["nothing", "a"] if path == "nothing" else ["a"])


def test_lists_that_name_each_other_end(tmp_path: Path) -> None:
    items = {"items": [{"path": "."}, {"path": "x"}]}
    write(tmp_path, {"x/a": None, "structure.json": items, "x/structure.json": {"items": [{"path": ".."}]}})
    assert shown(tmp_path) == [("x/a", "")]
