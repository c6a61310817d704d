"""What docs/format.md says is played has a test in a browser that plays it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
BROWSER = REPOSITORY / "tests/browser"

# A word of the row's first cell: the test that plays it.
PLAYED = {
    "`title`, `description`": "test_home.py::test_learner_goes_from_the_list_through_the_lessons_and_back",
    "`type`": "test_format.py::test_what_an_index_can_say",
    "`files`": "test_editor.py::test_the_author_may_want_the_editor_from_the_start",
    "`details.intro`": "test_lesson.py::test_learner_gets_through_with_the_mouse_alone",
    "page `text`": "test_format.py::test_what_an_index_can_say",
    "page without `title`": "test_format.py::test_what_an_index_can_say",
    "`foreground`": "test_lesson.py::test_foreground_script_runs_in_the_learners_shell",
    "`background`": "test_lesson.py::test_intro_shows_how_the_preparation_goes",
    "`verify`": "test_checks.py::test_failed_check_gives_the_reason_and_tells_screen_readers",
    "`answer`": "test_commands.py::test_solution_opens_and_its_command_runs",
    "`hint`": "test_checks.py::test_failed_check_gives_the_reason_and_tells_screen_readers",
    "`credits`": "test_layouts.py::test_banner_and_credits_are_shown",
    "`assets` by host": "test_format.py::test_what_an_index_can_say",
    "asset globs": "test_format.py::test_what_an_index_can_say",
    "`environment.uilayout`": "test_layouts.py::test_the_index_chooses_what_is_seen_together",
    "`environment.uimessage1`": "test_layouts.py::test_banner_and_credits_are_shown",
    "`environment.dashboards`": "test_previews.py::test_dashboards_of_the_index_are_tabs_from_the_start",
    "`environment.terminals`": "test_format.py::test_what_an_index_can_say",
    "`environment.hideintro`": "test_format.py::test_what_an_index_can_say",
    "`environment.uieditorpath`": "test_editor.py::test_blocks_open_and_write_files_which_are_saved_by_hand",
    "`handrail.cleanup`": "test_home.py::test_scenario_played_alone_is_stopped_from_its_menu_and_opened_again",
    "`handrail.status`": "test_home.py::test_scenario_played_alone_is_stopped_from_its_menu_and_opened_again",
    "`handrail.limits`": "test_format.py::test_a_limit_of_the_index_ends_a_check",
    "`index.yaml`": "test_format.py::test_what_an_index_can_say",
    "`structure.json`": "test_home.py::test_learner_goes_from_the_list_through_the_lessons_and_back",
    "`` `cmd`{{execute}} ``": "test_format.py::test_what_a_page_can_say",
    "`{{execute T2}}`": "test_commands.py::test_command_in_a_named_terminal_opens_it",
    "`{{execute HOST1}}`": "test_format.py::test_what_a_page_can_say",
    "`{{execute interrupt}}`": "test_commands.py::test_running_command_shows_and_ctrl_c_block_stops_it",
    "`ctrl-seq`": "test_format.py::test_what_a_page_can_say",
    "`{{copy}}`": "test_commands.py::test_copy_puts_the_exact_text_on_the_clipboard",
    "`{{}}`": "test_format.py::test_what_a_page_can_say",
    "`{{open}}`": "test_editor.py::test_blocks_open_and_write_files_which_are_saved_by_hand",
    '`<pre class="file">`: copy': "test_format.py::test_what_a_page_can_do_with_files",
    "… `replace`": "test_format.py::test_what_a_page_can_do_with_files",
    "`https://[[HOST_SUBDOMAIN]]": "test_format.py::test_what_a_page_can_say",
    "`{{TRAFFIC_HOST1_80}}`": "test_previews.py::test_a_service_appears_by_itself_and_can_be_walked_through",
    "`[[HOST_IP]]`": "test_format.py::test_what_a_page_can_say",
    "placeholders in scripts": "test_format.py::test_what_an_index_can_say",
    "quizzes": "test_checks.py::test_quizzes_hold_next_until_all_are_right",
    "pictures: beside": "test_lesson.py::test_markdown_tables_pictures_and_links",
    "pictures from the web": "test_layouts.py::test_a_picture_from_the_web_is_loaded_on_a_click_only",
    "links to another lesson": "test_home.py::test_link_to_another_lesson_s_folder_goes_there",
    "HTML": "test_commands.py::test_command_inside_details_runs",
    "tables": "test_lesson.py::test_markdown_tables_pictures_and_links",
}


def played() -> Iterator[str]:
    """The first cell of each row that says ✓ under "plays"."""
    column = None
    for line in (REPOSITORY / "docs/format.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if "plays" in cells:
            column = cells.index("plays")
        elif not cells:
            column = None
        elif column is not None and cells[column].startswith("✓"):
            yield cells[0]


@pytest.mark.parametrize("row", sorted(played()))
def test_row_that_is_played_has_a_test_in_a_browser(row: str) -> None:
    named = [test for start, test in PLAYED.items() if row.startswith(start)]
    assert len(named) == 1, f"name the browser test that plays {row}"
    module, _, function = named[0].partition("::")
    assert re.search(rf"^def {function}\(", (BROWSER / module).read_text(encoding="utf-8"), re.MULTILINE)


def test_nothing_is_named_that_has_no_row() -> None:
    rows = list(played())
    assert [start for start in PLAYED if not any(row.startswith(start) for row in rows)] == []
