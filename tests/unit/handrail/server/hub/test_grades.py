"""Scores on their way from the board to a learning platform: a small Hub and a small platform, over the wire."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from handrail.server.errors import Unusable
from handrail.server.hub.api import HubApi
from handrail.server.hub.board import grades
from handrail.server.hub.reporter import Reporter
from handrail.server.hub.settings import from_environment

from .....waiting import until_soon
from .hub_server import environment

PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = PRIVATE.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()  # fmt: skip


@dataclass
class World:
    """A Hub that knows who came in by a launch, and a platform; `scores`: what it took, `refusals`: how often it does
    not yet."""

    server: ThreadingHTTPServer
    users: dict[str, Any] = field(default_factory=dict)
    scores: list[dict[str, Any]] = field(default_factory=list)
    refusals: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def launched(self, name: str, *scopes: str, **more: Any) -> None:
        """This learner has come in by a launch."""
        endpoint = {"scope": list(scopes), "lineitem": f"{self.url}/items/1?course=7", **more}
        self.users[name] = {"name": name, "auth_state": {"sub": f"lms-{name}", grades.ENDPOINT: endpoint}}


@pytest.fixture
def world() -> Iterator[World]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            self.give(200 if name in room.users else 404, room.users.get(name, {}))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if self.path == "/token":
                form = parse_qs(body)
                claims = jwt.decode(
                    form["client_assertion"][0], PRIVATE.public_key(), ["RS256"], audience=room.url + "/token"
                )
                known = claims["iss"] == claims["sub"] == "tool-1" and form["scope"] == [grades.SCORE]
                self.give(200 if known else 400, {"access_token": "opened", "expires_in": 60})
                return
            room.refusals -= 1
            taken = self.headers["Authorization"] == "Bearer opened" and room.refusals < 0
            if taken:
                room.scores.append({"at": self.path, **json.loads(body)})
            self.give(200 if taken else 503, {})

        def give(self, status: int, answer: Any) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            pass

    room = World(ThreadingHTTPServer(("127.0.0.1", 0), Answer))
    threading.Thread(target=room.server.serve_forever, daemon=True).start()
    yield room
    room.server.shutdown()
    room.server.server_close()


@pytest.fixture
def api(world: World, tmp_path: Path) -> HubApi:
    told = environment(1, tmp_path) | {"JUPYTERHUB_API_URL": f"{world.url}/hub/api"}
    return HubApi(from_environment(told))


@pytest.fixture
def board(world: World, api: HubApi, monkeypatch: pytest.MonkeyPatch) -> grades.Grades:
    monkeypatch.setattr(grades, "LOOK_EVERY", 0.05)
    monkeypatch.setattr(grades, "AGAIN_AFTER", 0.05)
    return grades.Grades(grades.Platform("tool-1", f"{world.url}/token", PEM), api)


def sent(board: grades.Grades, api: HubApi, world: World, count: int) -> list[dict[str, Any]]:
    """The scores, once there are so many and a moment has passed in which there could be more."""

    async def follow() -> None:
        following = asyncio.create_task(board.follow())
        try:
            await until_soon(lambda: len(world.scores) >= count, "the scores")
            await asyncio.sleep(0.3)
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
            await api.close()

    asyncio.run(follow())
    return world.scores


def test_each_passed_check_is_a_score_for_whoever_the_platform_has_sent(
    board: grades.Grades, api: HubApi, world: World
) -> None:
    world.launched("anna", grades.SCORE)
    world.launched("ben")  # the platform wants no scores of his
    world.launched("cleo", grades.SCORE, lineitem="")
    world.users["dora"] = {"name": "dora", "auth_state": None}
    for name in (*world.users, "nobody"):
        board.note(name, 0, 3)
        board.note(name, 1, 3)
    (first,) = sent(board, api, world, 1)
    assert (first["at"], first["userId"]) == ("/items/1/scores?course=7", "lms-anna")
    assert (first["scoreGiven"], first["scoreMaximum"], first["activityProgress"]) == (1, 3, "InProgress")
    board.note("anna", 0, 3)  # another server of hers, or a lesson that she has started over
    board.note("anna", 3, 3)
    _, last = sent(board, api, world, 2)
    assert (last["scoreGiven"], last["activityProgress"], last["gradingProgress"]) == (3, "Completed", "FullyGraded")


def test_a_platform_that_is_down_gets_the_score_later(
    board: grades.Grades, api: HubApi, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.launched("anna", grades.SCORE)
    world.refusals = 2
    board.note("anna", 2, 3)
    (only,) = sent(board, api, world, 1)
    assert only["scoreGiven"] == 2
    assert capsys.readouterr().err.count('the score of "anna" is not sent yet') == 2


def test_a_platform_that_is_half_told_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    told = dict(zip(grades.NEEDED, ("tool-1", "https://lms.example/token", str(key)), strict=True))
    assert grades.platform_of({}) is None
    with pytest.raises(Unusable, match=r"key\.pem cannot be read"):
        grades.platform_of(told)
    key.write_text(PEM)
    assert grades.platform_of(told) == grades.Platform("tool-1", "https://lms.example/token", PEM)
    for name in grades.NEEDED:
        with pytest.raises(Unusable, match=f"{name} is not set"):
            grades.platform_of({**told, name: ""})


def test_whoever_has_agreed_to_the_board_is_asked_again_before_it_sends_grades(tmp_path: Path) -> None:
    async def send(_: dict[str, Any]) -> None:
        pass

    Reporter(tmp_path, send).agree()
    assert Reporter(tmp_path, send).as_json() == {"agreed": True, "help": False, "grades": False}
    graded = Reporter(tmp_path, send, grades=True)
    assert graded.as_json() == {"agreed": False, "help": False, "grades": True}
    graded.agree()
    assert Reporter(tmp_path, send, grades=True).has_agreed
