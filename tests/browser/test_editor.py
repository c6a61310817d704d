"""The editor beside the terminals: a learner opens, writes, saves, and loses nothing."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from .conftest import Opener, Player
from .steps import eventually, go_to_step_1, screen, type_into

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
# How many texts the browser keeps that were not saved.
DRAFTS = "Object.keys(localStorage).filter((key) => key.startsWith('handrail.draft')).length"


def open_editor(page: Page) -> None:
    page.locator("#open-editor").click()
    expect(page.locator("#panel-editor")).to_be_visible()


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("treeitem", name=name, exact=True)


def text(page: Page) -> Locator:
    return page.locator("#panel-editor .cm-content")


def note(page: Page, kind: str) -> Locator:
    return page.locator(f'#panel-editor [data-note="{kind}"]')


def do(page: Page, name: str) -> Locator:
    return page.locator(f'#panel-editor [data-do="{name}"]')


def open_file(page: Page, name: str, content: str) -> None:
    row(page, name).click()
    expect(text(page)).to_contain_text(content)
    expect(text(page)).to_be_focused()


def saved(page: Page) -> None:
    expect(page.locator(".editor-bar")).to_contain_text("Saved")


def name_it(page: Page, name: str) -> None:
    page.locator("#file-name").fill(name)
    page.locator("#file-name").press("Enter")
    expect(page.locator("dialog")).to_have_count(0)


def test_blocks_open_and_write_files_which_are_saved_by_hand(play: Player, open_page: Opener) -> None:
    player = play("garden", "--instructor")
    page = open_page(player)
    go_to_step_1(page)
    page.locator('[data-do="skip"]').click()
    page.locator('[data-do="open"]').click()
    expect(page.locator(".editor-bar")).to_contain_text("Not saved yet")
    assert not (player.home / "label.txt").exists()
    page.locator('[data-do="file"]').click()
    expect(text(page)).to_have_text("Tomatoes")
    page.keyboard.press("Control+a")
    page.keyboard.type("Beans\n")
    expect(page.locator("#tab-editor .dot.unsaved")).to_have_count(1)
    do(page, "save").click()
    saved(page)
    expect(page.locator("#tab-editor .dot")).to_have_count(0)
    assert (player.home / "label.txt").read_text() == "Beans\n"


def test_files_are_made_renamed_and_deleted_by_keys(play: Player, open_page: Opener) -> None:
    player = play("garden")
    page = open_page(player)
    (player.home / ".secret").touch()
    open_editor(page)
    expect(row(page, "seeds.txt")).to_be_visible()
    expect(row(page, ".secret")).to_have_count(0)
    page.get_by_label("Show hidden files").click()
    expect(row(page, ".secret")).to_be_visible()
    do(page, "new").click()
    name_it(page, "model/ä b.py")
    expect(text(page)).to_be_focused()
    page.keyboard.type("def f():")
    # A new line is indented by what has been parsed until then.
    expect(page.locator(".cm-line span[class]").first).to_be_visible()
    page.keyboard.type("\npass")
    page.keyboard.press("Control+s")
    saved(page)
    assert (player.home / "model/ä b.py").read_text() == "def f():\n    pass"
    row(page, "ä b.py").focus()
    page.keyboard.press("F2")
    name_it(page, "c.py")
    expect(page.locator("#file-c_46py")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    row(page, "model").focus()
    page.keyboard.press("ArrowLeft")
    expect(row(page, "model")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Delete")
    page.locator('[data-choice="yes"]').click()
    expect(row(page, "model")).to_have_count(0)
    row(page, "c.py").focus()
    page.keyboard.press("Delete")
    page.locator('[data-choice="yes"]').click()
    expect(page.locator(".editor-empty")).to_be_visible()
    assert not (player.home / "c.py").exists()


def test_names_that_cannot_be_are_told_and_nothing_is_written(play: Player, open_page: Opener) -> None:
    player = play("garden")
    page = open_page(player)
    open_editor(page)
    said = page.locator('#notices [data-kind="problem"]')
    for name, words in (("../x", "outside the lesson's home"), ("seeds.txt", "already"), ("x" * 300, "too long")):
        do(page, "new").click()
        name_it(page, name)
        expect(said).to_contain_text(words)
    assert not (player.workspace / "x").exists()


def test_a_file_that_changes_on_the_disk_is_asked_about_only_when_text_would_be_lost(
    play: Player, open_page: Opener
) -> None:
    player = play("garden")
    page = open_page(player)
    file = player.home / "note.txt"
    file.write_text("one\n")
    open_editor(page)
    open_file(page, "note.txt", "one")
    file.write_text("two\n")
    expect(text(page)).to_contain_text("two")
    page.keyboard.type("mine ")
    file.write_text("three\n")
    expect(note(page, "changed")).to_be_visible()
    expect(text(page)).to_contain_text("mine")
    do(page, "both").click()
    expect(page.locator("dialog .cm-merge-b")).to_contain_text("three")
    page.locator('dialog [data-do="take"]').click()
    expect(text(page)).to_have_text("three")
    page.keyboard.press("Control+z")
    expect(text(page)).to_contain_text("mine")
    file.write_text("four\n")
    page.keyboard.press("Control+s")
    do(page, "keep").click()
    saved(page)
    assert "mine" in file.read_text()
    page.keyboard.type("more ")
    file.unlink()
    expect(note(page, "removed")).to_be_visible()
    do(page, "keep").click()
    saved(page)
    assert "more" in file.read_text()


def test_two_windows_do_not_overwrite_each_other(play: Player, open_page: Opener) -> None:
    player = play("garden")
    (player.home / "note.txt").write_text("begin\n")
    one, two = open_page(player), open_page(player)
    for page in (one, two):
        page.bring_to_front()
        open_editor(page)
        open_file(page, "note.txt", "begin")
    two.keyboard.type("second ")
    one.bring_to_front()
    one.keyboard.type("first ")
    one.keyboard.press("Control+s")
    saved(one)
    two.bring_to_front()
    two.keyboard.press("Control+s")
    expect(note(two, "changed")).to_be_visible()
    assert (player.home / "note.txt").read_text() == "first begin\n"
    expect(text(two)).to_contain_text("second")


def test_text_that_was_not_saved_outlives_the_page_and_the_player(play: Player, open_page: Opener) -> None:
    player = play("garden")
    (player.home / "note.txt").write_text("saved\n")
    page = open_page(player)
    open_editor(page)
    open_file(page, "note.txt", "saved")
    page.keyboard.type("not yet ")
    player.stop(signal.SIGKILL)
    page.keyboard.press("Control+s")
    expect(note(page, "failed")).to_be_visible()
    player.start(player.port)
    page.reload()
    expect(note(page, "draft")).to_be_visible()
    expect(text(page)).to_have_text("not yet saved")
    assert (player.home / "note.txt").read_text() == "saved\n"
    do(page, "save").click()
    saved(page)
    expect(note(page, "draft")).to_have_count(0)
    assert (player.home / "note.txt").read_text() == "not yet saved\n"
    page.reload()
    expect(screen(page)).to_be_visible()
    expect(page.locator("#tab-editor")).to_have_count(0)


def test_a_save_that_cannot_be_done_leads_to_one_that_can(play: Player, open_page: Opener) -> None:
    player = play("garden")
    file = player.home / "note.txt"
    file.write_text("begin\n")
    (player.home / "fixed.txt").write_text("fixed\n")
    (player.home / "fixed.txt").chmod(0o444)
    (player.home / "large.txt").write_bytes(b"x" * 3_000_000)
    page = open_page(player)
    open_editor(page)
    row(page, "large.txt").click()
    expect(page.locator('#notices [data-kind="problem"]')).to_contain_text("up to 2 MiB")
    open_file(page, "fixed.txt", "fixed")
    expect(do(page, "save")).to_be_disabled()
    open_file(page, "note.txt", "begin")
    page.keyboard.type("mine ")
    file.unlink()
    file.mkdir()
    page.keyboard.press("Control+s")
    expect(note(page, "failed")).to_contain_text("note.txt is a folder")
    do(page, "save-as").click()
    name_it(page, "other.txt")
    saved(page)
    assert (player.home / "other.txt").read_text() == "mine begin\n"


def test_line_ends_stay_as_they_were(play: Player, open_page: Opener) -> None:
    player = play("garden")
    (player.home / "dos.txt").write_bytes(b"a\r\nb")
    (player.home / "both.txt").write_bytes(b"a\r\nb\nc")
    page = open_page(player)
    open_editor(page)
    for name in ("dos.txt", "both.txt"):
        open_file(page, name, "a")
        page.keyboard.press("Control+Home")
        page.keyboard.type("x\n")
        page.keyboard.press("Control+s")
        saved(page)
    assert (player.home / "dos.txt").read_bytes() == b"x\r\na\r\nb"
    assert (player.home / "both.txt").read_bytes() == b"x\na\r\nb\nc"


def test_the_keyboard_is_not_trapped_and_find_works(play: Player, open_page: Opener) -> None:
    player = play("garden")
    (player.home / "note.txt").write_text("a question?\n")
    page = open_page(player)
    open_editor(page)
    open_file(page, "note.txt", "question")
    page.keyboard.press("Tab")
    page.keyboard.type("?")
    expect(text(page)).to_contain_text("  ?a question")
    expect(page.locator("dialog")).to_have_count(0)
    page.keyboard.press("Control+f")
    page.keyboard.type("question")
    expect(page.locator(".cm-searchMatch")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(text(page)).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(do(page, "find")).to_be_focused()
    page.keyboard.press("F6")
    expect(page.locator("#lesson")).to_be_focused()
    page.keyboard.press("F6")
    expect(text(page)).to_be_focused()


def test_closing_asks_before_text_is_lost(play: Player, open_page: Opener) -> None:
    player = play("garden")
    (player.home / "note.txt").write_text("begin\n")
    page = open_page(player)
    open_editor(page)
    open_file(page, "note.txt", "begin")
    page.keyboard.type("x")
    page.get_by_label("Close Editor").click()
    page.keyboard.press("Escape")
    expect(text(page)).to_have_text("xbegin")
    page.get_by_label("Close Editor").click()
    page.locator('[data-choice="save"]').click()
    expect(page.locator("#panel-editor")).to_have_count(0)
    assert (player.home / "note.txt").read_text() == "xbegin\n"


def test_what_a_command_makes_appears_in_the_list(play: Player, open_page: Opener) -> None:
    page = open_page(play("garden"))
    open_editor(page)
    page.locator("#tab-T1").click()
    type_into(page, "touch made.yaml; echo d''one")
    expect(screen(page)).to_contain_text("done")
    page.locator("#tab-editor").click()
    expect(row(page, "made.yaml")).to_be_visible()


def test_the_editor_is_loaded_when_it_is_needed_and_breaks_no_rule(play: Player, open_page: Opener) -> None:
    player = play("garden")
    page = open_page(player)
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    loaded = "performance.getEntriesByName(location.origin + '/static/js/editor/tab.js').length"
    eventually(page, lambda: page.evaluate(loaded), lambda times: times == 0)
    open_editor(page)
    open_file(page, "seeds.txt", "")
    assert any(url.endswith("/static/vendor/codemirror.mjs") for url in asked)
    assert all(url.startswith(f"http://127.0.0.1:{player.port}/") for url in asked)
    assert wrong == []


def test_what_lessons_are_written_in_is_coloured(play: Player, open_page: Opener) -> None:
    texts = {
        "a.yaml": "kind: Pod\n", "b.py": "import os\n", "c.sh": "for x in 1\n", "d.json": '{"e": 1}\n',
        "e.md": "# Title\n", "Dockerfile": "FROM scratch\n", "plain": "#!/bin/bash\n",
    }  # fmt: skip
    player = play("garden")
    for name, content in texts.items():
        (player.home / name).write_text(content)
    page = open_page(player)
    open_editor(page)
    for name, content in texts.items():
        open_file(page, name, content.strip())
        expect(page.locator(".cm-line span[class]").first).to_be_visible()


def violations(page: Page) -> list[str]:
    """What axe-core finds in the editor."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run('#panel-editor, dialog[open]')")
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found["violations"]]


def test_axe_finds_nothing_in_any_state_of_the_editor(play: Player, open_page: Opener) -> None:
    player = play("garden")
    (player.home / "note.py").write_text('def f(x):\n    # why\n    return "s" + str(1)\n')
    page = open_page(player)
    open_editor(page)
    eventually(page, lambda: violations(page), lambda found: found == [])
    for theme in ("dark", "light"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        open_file(page, "note.py", "def")
        eventually(page, lambda: violations(page), lambda found: found == [])
    page.keyboard.press("Control+f")
    eventually(page, lambda: violations(page), lambda found: found == [])
    page.keyboard.press("Escape")
    page.keyboard.type("x")
    (player.home / "note.py").write_text("other\n")
    expect(note(page, "changed")).to_be_visible()
    eventually(page, lambda: violations(page), lambda found: found == [])
    do(page, "both").click()
    expect(page.locator("dialog .cm-merge-b")).to_contain_text("other")
    eventually(page, lambda: violations(page), lambda found: found == [])


def test_the_author_may_want_the_editor_from_the_start(play: Player, open_page: Opener) -> None:
    player = play("garden")
    player.stop()
    index = json.loads((player.root / "index.json").read_text())
    index |= {"files": ["seeds.txt", "plan/new.yaml"], "interface": {"layout": "ide"}}
    (player.root / "index.json").write_text(json.dumps(index))
    player.start()
    page = open_page(player)
    expect(page.locator("#file-seeds_46txt")).to_be_visible()
    expect(page.locator("#file-plan_47new_46yaml")).to_have_attribute("aria-selected", "true")
    assert not (player.home / "plan").exists()


def type_a_draft(page: Page) -> None:
    """Changes a file in the editor, and waits until the browser keeps what was not saved."""
    open_editor(page)
    open_file(page, "seeds.txt", "")
    page.keyboard.type("mine")
    eventually(page, lambda: page.evaluate(DRAFTS), lambda count: count == 1)


def test_starting_over_forgets_what_was_not_saved(play: Player, open_page: Opener) -> None:
    player = play("garden")
    page = open_page(player)
    type_a_draft(page)
    page.locator("#menu-button").click()
    page.get_by_text("Start over …").click()
    page.locator('[data-choice="yes"]').click()
    expect(page.locator(".editor-empty")).to_be_visible()
    eventually(page, lambda: page.evaluate(DRAFTS), lambda count: count == 0)
    open_file(page, "seeds.txt", "")
    page.keyboard.type("after that")
    eventually(page, lambda: page.evaluate(DRAFTS), lambda count: count == 1)
    page.reload()
    expect(note(page, "draft")).to_be_visible()


def test_what_was_not_saved_before_the_lesson_started_over_without_a_page_is_not_offered(
    play: Player, open_page: Opener
) -> None:
    player = play("garden")
    page = open_page(player)
    type_a_draft(page)
    page.goto("about:blank")
    lesson = f"http://127.0.0.1:{player.port}/api/lessons/lesson"
    signed_in = {"Authorization": f"Bearer {player.token}"}

    def state() -> Any:
        return page.request.get(f"{lesson}/state", headers=signed_in).json()

    before = state()["begun"]
    page.request.post(f"{lesson}/reset", headers=signed_in)
    eventually(page, state, lambda now: now["begun"] != before and not now["resetting"])
    page.goto(player.address)
    expect(page.locator("#tab-T1")).to_have_attribute("data-state", "prompt")
    expect(page.locator("#tab-editor")).to_have_count(0)
    open_editor(page)
    open_file(page, "seeds.txt", "")
    expect(note(page, "draft")).to_have_count(0)
    eventually(page, lambda: page.evaluate(DRAFTS), lambda count: count == 0)
