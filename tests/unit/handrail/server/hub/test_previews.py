"""Previews of a player behind JupyterHub, attacked over the wire without a session. With one: tests/classroom."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from handrail.server.errors import Unusable
from handrail.server.hub.settings import previews_from

from .....ports import free_port
from .....waiting import PATIENCE
from ..test_wire import every_request
from .hub_server import HubServer, command, environment, start
from .test_guard import SHOWN, ask

DOMAIN = "previews.localhost:8000"
NAME = f"p8000-0123456789abcdef-0123456789abcdef0123.{DOMAIN}"


@pytest.fixture(scope="module")
def shown(scenario: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubServer]:
    """A server of a classroom that shows previews."""
    started = start(scenario, tmp_path_factory.mktemp("home"), HANDRAIL_PREVIEWS=f"http://*.{DOMAIN}")
    yield started
    started.stop()


@pytest.mark.parametrize(("kind", "method", "path"), every_request())
def test_a_name_of_the_previews_domain_leads_to_no_route(shown: HubServer, kind: str, method: str, path: str) -> None:
    for host in (NAME, f"evil.{DOMAIN}", NAME.upper()):
        if kind == "socket":
            named = shown.at(path).replace("http", "ws", 1).replace(f"127.0.0.1:{shown.port}", host)
            place = ("127.0.0.1", shown.port)
            with pytest.raises(InvalidStatus) as refusal:
                connect(named, address=place, origin=f"http://{host}", proxy=None)  # type: ignore[arg-type]
            assert refusal.value.response.status_code == 421
            continue
        assert ask(method, shown.at(path), Host=host, Origin=f"http://{host}").status_code == 421


def test_other_names_lead_to_the_player(shown: HubServer) -> None:
    for host in (f"127.0.0.1:{shown.port}", DOMAIN, f"evil{DOMAIN}", f"{NAME}.evil.example", f"x.{DOMAIN}1"):
        assert ask("GET", shown.at("/"), Host=host, **SHOWN).status_code == 302


def test_a_tab_that_wants_to_be_signed_in_to_a_preview_is_led_to_the_hub_first(shown: HubServer) -> None:
    address = shown.at(f"/preview?at={NAME}&path=/")
    for site in ("cross-site", "same-site", "none"):
        answer = ask("GET", address, Sec_Fetch_Site=site, **SHOWN)
        assert (answer.status_code, "oauth2/authorize" in answer.headers["location"]) == (302, True)
    for mode, kind, status in (("navigate", "iframe", 403), ("cors", "empty", 403), ("no-cors", "image", 403)):
        answer = ask("GET", address, Sec_Fetch_Site="cross-site", Sec_Fetch_Mode=mode, Sec_Fetch_Dest=kind)
        assert (answer.status_code, "location" in answer.headers) == (status, False)
    assert ask("POST", address, Origin=shown.origin).status_code == 401


def test_the_page_may_frame_previews_alone_and_none_where_there_are_none(shown: HubServer, server: HubServer) -> None:
    def frames(one: HubServer) -> list[str]:
        policy = ask("GET", one.at("/static/js/main.js")).headers["content-security-policy"].split("; ")
        return [each for each in policy if each.startswith("frame-src")]

    assert frames(shown) == [f"frame-src http://*.{DOMAIN}"]
    assert frames(server) == ["frame-src 'none'"]


@pytest.mark.parametrize(
    ("told", "made"),
    [
        ("", ""),
        ("https://*.previews.school.example", "https://*.previews.school.example"),
        ("https://*.Previews.School.example:443/", "https://*.previews.school.example"),
        ("https://*.previews.school.example:8443", "https://*.previews.school.example:8443"),
        ("http://*.localhost:8000", "http://*.localhost:8000"),
    ],
)
def test_the_domain_is_taken_as_browsers_say_it(told: str, made: str) -> None:
    assert previews_from(told, "https://hub.school.example") == made


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("previews.school.example", "has to be like"),
        ("https://previews.school.example", "has to be like"),
        ("https://*.previews.school.example/x", "has to be like"),
        ("https://*.", "has to be like"),
        ("https://*.a.example; script-src *", "has to be like"),
        ("http://*.previews.school.example", "begin with https://"),
        ("http://*.localhost.school.example", "begin with https://"),
        ("https://*.hub.school.example", "a domain of their own"),
        ("https://*.p.hub.school.example:8443", "a domain of their own"),
    ],
)
def test_a_domain_that_would_not_hold_is_refused(told: str, why: str) -> None:
    with pytest.raises(Unusable, match=why):
        previews_from(told, "https://hub.school.example")


def test_a_server_with_a_domain_that_would_not_hold_says_so_and_does_not_start(scenario: Path, tmp_path: Path) -> None:
    given = environment(free_port(), tmp_path, HANDRAIL_PREVIEWS="http://*.previews.school.example")
    done = subprocess.run(
        command(scenario), env=given, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 2
    assert "it has to begin with https://" in done.stderr
