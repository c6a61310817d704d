"""A learner is taken off the roster, and the classroom is started again."""

from __future__ import annotations

from .conftest import BEN, DORA, Classroom


def test_who_is_taken_off_the_roster_is_signed_out_and_does_not_come_in(classroom: Classroom) -> None:
    cookies = {name: classroom.enter(name).cookies for name in (DORA, BEN)}
    roster = classroom.folder.parent / "names.txt"
    whole = roster.read_text()
    classroom.end()
    roster.write_text(whole.replace(DORA, ""))
    try:
        classroom.start()
        for name, lands in ((BEN, "/hub/home"), (DORA, "/hub/login")):
            browser = classroom.browser()
            browser.cookies = cookies[name]
            assert browser.get("/hub/home", follow_redirects=True).url.path == lands
        assert classroom.sign_in(classroom.browser(), DORA).status_code == 403
        assert classroom.sign_in(classroom.browser(), BEN).status_code == 302
        # What she made stays, for the day on which she is on the roster again.
        assert (classroom.folder / "homes" / DORA / ".local" / "state" / "handrail").is_dir()
    finally:
        classroom.end()
        roster.write_text(whole)
        classroom.start()
    assert classroom.sign_in(classroom.browser(), DORA).status_code == 302
