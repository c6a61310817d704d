"""What counts as somebody's work."""

from __future__ import annotations

import pytest

from handrail.server.hub.activity import Activity
from handrail.server.hub.api import HubApi
from handrail.server.hub.settings import from_environment, from_json
from handrail.server.terminal_socket import INPUT_HEADER

from .hub_server import environment


@pytest.fixture
def activity(tmp_path_factory: pytest.TempPathFactory) -> Activity:
    return Activity(HubApi(from_environment(environment(1, tmp_path_factory.mktemp("home")))), 60.0)


@pytest.mark.parametrize("typed", [b"l", b"ls\r", b"\x03", b"\x1b[A", b"\x1bOP", b"\x1b[200~ls\x1b[201~", "ü".encode()])
def test_keys_are_work(activity: Activity, typed: bytes) -> None:
    activity.note_typed(INPUT_HEADER.pack(0) + typed)
    assert activity.last is not None


@pytest.mark.parametrize(
    "answer", [b"", b"\x1b[?1;2c", b"\x1b[>0;276;0c", b"\x1b[12;40R", b"\x1b[0n", b"\x1b[I", b"\x1b[O\x1b[I",
               b"\x1b]11;rgb:ffff/ffff/ffff\x07", b"\x1bP1$r0m\x1b\\", b"\x1b[?2026;2$y"],
)  # fmt: skip
def test_what_the_terminal_says_by_itself_is_none(activity: Activity, answer: bytes) -> None:
    activity.note_typed(INPUT_HEADER.pack(0) + answer)
    assert activity.last is None


@pytest.mark.parametrize(
    ("method", "path", "is_work"),
    [
        ("POST", "/api/lessons/lesson/blocks/step1-1/run", True),
        ("POST", "/api/lessons/lesson/pages/step1/check", True),
        ("PUT", "/api/lessons/lesson/files/text", True),
        ("POST", "/api/lessons/lesson/enter", False),
        ("POST", "/api/lessons/lesson/files/versions", False),
        ("GET", "/api/lessons/lesson/state", False),
    ],
)
def test_clicks_are_work_and_an_open_tab_is_none(activity: Activity, method: str, path: str, is_work: bool) -> None:
    activity.note_request(method, path)
    assert (activity.last is not None) is is_work


def test_settings_come_back_as_they_were_handed_over(tmp_path_factory: pytest.TempPathFactory) -> None:
    told = from_environment(environment(1, tmp_path_factory.mktemp("home"), JUPYTERHUB_SERVICE_PREFIX="/user/a%40b/"))
    assert from_json(told.as_json()) == told
    assert (told.base, told.prefix) == ("/user/a@b/", "/user/a%40b/")
