"""What breaks during class, and who notices."""

from __future__ import annotations

import httpx

from ..waiting import PATIENCE, until
from .conftest import ANNA, TEACHER, Classroom
from .shell import shell
from .test_board import BOARD, board_of
from .test_sign_in import HOME, cookie


def test_those_who_are_signed_in_go_on_while_the_hub_is_gone_and_after_it_is_back(classroom: Classroom) -> None:
    anna = classroom.enter(ANNA)
    session = cookie(anna)
    with shell(classroom, ANNA, session) as terminal:
        terminal.says("planted=basil")
        classroom.process.kill()
        classroom.process.wait(PATIENCE)
        assert "I see basil" in terminal.says('echo "I see $planted"')
        assert anna.get(HOME).status_code == 200
        with shell(classroom, ANNA, session) as another_tab:
            assert "still basil" in another_tab.says('echo "still $planted"')
        # Whoever is not signed in has to wait for the Hub.
        answer = httpx.get(classroom.url + "/hub/login", trust_env=False, timeout=PATIENCE)
        assert answer.status_code == 503

    classroom.start()
    # The Hub knows what went on without it: the same server, the same shell, the same sign-in.
    assert anna.get(HOME).status_code == 200
    with shell(classroom, ANNA, session) as terminal:
        assert "and then basil" in terminal.says('echo "and then $planted"')
    newcomer = classroom.browser_of(ANNA)
    assert newcomer.get(f"/user/{ANNA}/", follow_redirects=True).url.path == f"/user/{ANNA}/"
    teacher = classroom.browser_of(TEACHER)
    until(lambda: "Class board" in board_of(teacher).text, "the board at " + BOARD)
    classroom.culler()
