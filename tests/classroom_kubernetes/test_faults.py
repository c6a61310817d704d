"""The Hub and its proxy are started again during class."""

from __future__ import annotations

import contextlib

import pytest
from websockets.exceptions import WebSocketException

from ..classroom.conftest import ANNA, TEACHER
from ..classroom.shell import shell
from ..classroom.test_board import board_of
from ..classroom.test_sign_in import HOME, cookie
from ..waiting import until
from .conftest import NAMESPACE, Cluster


def test_terminals_go_on_while_the_hub_is_gone(classroom: Cluster) -> None:
    client = classroom.enter(ANNA)
    with shell(classroom, ANNA, cookie(client)) as terminal:
        terminal.says("planted=basil")
        classroom.kubectl("scale", "deployment/hub", "--replicas=0", "--namespace", NAMESPACE)
        until(lambda: not classroom.pods("component=hub"), "the end of the Hub")
        assert "I see basil" in terminal.says('echo "I see $planted"')
        assert client.get(HOME).status_code == 200
        classroom.kubectl("scale", "deployment/hub", "--replicas=1", "--namespace", NAMESPACE)
        until(classroom.is_up, "the Hub")
        assert "still basil" in terminal.says('echo "still $planted"')
    newcomer = classroom.browser_of(ANNA)
    assert newcomer.get(f"/user/{ANNA}/", follow_redirects=True).url.path == f"/user/{ANNA}/"


@pytest.mark.parametrize("component", ["proxy", "board"])
def test_what_is_started_again_is_found_again(classroom: Cluster, component: str) -> None:
    client = classroom.enter(ANNA)
    with shell(classroom, ANNA, cookie(client)) as terminal:
        terminal.says("planted=thyme")
    classroom.kubectl("delete", "pod", "--selector", f"component={component}", "--namespace", NAMESPACE)

    def is_back() -> bool:
        with contextlib.suppress(OSError, WebSocketException), shell(classroom, ANNA, cookie(client)) as terminal:
            return "I see thyme" in terminal.says('echo "I see $planted"')
        return False

    until(is_back, "the same shell")
    teacher = classroom.browser_of(TEACHER)
    until(lambda: "Class board" in board_of(teacher).text, "the board")
