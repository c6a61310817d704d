"""How a player begins and ends: signals, kills, ports, workspaces, a full disk, no browser."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from handrail.terminal.processes import start_time

from ....ports import free_port
from ....waiting import PATIENCE, until
from ..conftest import MakeScenario
from .player_process import ADDRESS, Server, attach, command, output, start, type_line, wait_ready

Play = Callable[..., Server]

STEPS = ("# One\n\n`note.txt`{{open}}\n", {"text": "# Two\n", "foreground": "echo second $((1 + 1))\n"})


@pytest.fixture
def scenario(make_scenario: MakeScenario) -> Path:
    return make_scenario(*STEPS)


@pytest.fixture
def play() -> Iterator[Play]:
    """`start` or `wait_ready`, told apart by what they are given; each player is gone at the end."""
    players: list[Server] = []

    def begin(first: Path | list[str], *rest: Any) -> Server:
        players.append(start(first, *rest) if isinstance(first, Path) else wait_ready(first, *rest))
        return players[-1]

    yield begin
    for player in players:
        if player.process.poll() is None:
            player.stop()


def running(pid: int) -> bool:
    return start_time(pid) is not None


def refused(argv: list[str], environment: dict[str, str] | None = None) -> str:
    """Runs a player that cannot begin; what it says."""
    whole = {**os.environ, **(environment or {})}
    done = subprocess.run(argv, capture_output=True, text=True, env=whole, timeout=PATIENCE)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    return done.stderr


def program(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_every_child(play: Play, scenario: Path, tmp_path: Path, signum: int) -> None:
    server = play(scenario, tmp_path / "w")
    with server.socket("terminals/T1/socket") as socket:
        attach(socket)
        type_line(socket, 0, "sleep 1000 & (trap '' HUP TERM; sleep 1000) & echo pids $$ $(jobs -p) end-$((1+1))")
        _, seen = output(socket, b"end-2")
    match = re.search(rb"pids ([\d ]+) end-2", seen)
    assert match is not None
    pids = [int(pid) for pid in match[1].split()]
    assert len(pids) == 3
    assert all(map(running, pids))
    assert server.stop(signum) == "", "the address is one line, for programs"
    assert server.process.returncode == 0
    assert not any(map(running, pids))


def test_what_a_killed_player_left_is_ended_by_the_next_start(
    play: Play, make_scenario: MakeScenario, tmp_path: Path
) -> None:
    stays = "echo $$ > ~/{0}; trap '' HUP TERM; exec sleep 600\n"
    scenario = make_scenario(
        {"text": "# One\n", "verify": stays.format("check")},
        intro={"text": "# Hello\n", "background": stays.format("background")},
    )
    server = play(scenario, tmp_path / "w")
    with server.socket("terminals/T1/socket") as socket:
        attach(socket)
        type_line(socket, 0, "bash -c 'echo $$ > ~/job; trap \"\" HUP TERM; exec sleep 600' &")
        server.post("pages/step1/open")
        until(lambda: server.get("state").json()["current"] == "step1")
        server.post("pages/step1/check")
        files = [tmp_path / "w" / "home" / name for name in ("background", "check", "job")]
        pids = [int(until(lambda file=file: file.exists() and file.read_text())) for file in files]
        # Not before each ignores what the end of its terminal brings.
        until(lambda: all(Path(f"/proc/{pid}/comm").read_text() == "sleep\n" for pid in pids))
    server.stop(signal.SIGKILL)
    assert all(map(running, pids)), "nothing was left: the test shows nothing"
    server = play(scenario, tmp_path / "w")
    assert not any(map(running, pids))
    # The script that was cut short is begun anew.
    until(lambda: files[0].read_text().strip() not in ("", str(pids[0])))


def test_terminal_that_the_author_wants_gets_its_command_once(
    play: Play, make_scenario: MakeScenario, tmp_path: Path
) -> None:
    logs = {"name": "Logs", "command": "echo begun >> ~/log"}
    server = play(make_scenario("# One\n", environment={"terminals": [logs]}), tmp_path / "w")
    with server.socket("terminals/Logs/socket") as socket:
        attach(socket)
        type_line(socket, 0, "echo end-$((1+1))")  # behind whatever was typed before
        output(socket, b"end-2")
    assert (tmp_path / "w" / "home" / "log").read_text() == "begun\n"


def test_second_play_takes_another_port_and_workspace(play: Play, scenario: Path, tmp_path: Path) -> None:
    state = {"XDG_STATE_HOME": str(tmp_path / "state")}
    one = play(command(scenario, None), tmp_path, state)
    two = play(command(scenario, None), tmp_path, state)
    assert one.port != two.port
    names = sorted(path.name for path in (tmp_path / "state" / "handrail").iterdir())
    assert names[1] == f"{names[0]}-2"


def test_next_play_takes_the_same_port_and_token(play: Play, scenario: Path, tmp_path: Path) -> None:
    state = {"XDG_STATE_HOME": str(tmp_path / "state")}
    one = play([*command(scenario, None), "--port", str(free_port())], tmp_path, state)
    one.stop()
    again = play(command(scenario, None), tmp_path, state)
    assert (again.port, again.token) == (one.port, one.token), "the first one's tab could not go on"


def test_taken_port_is_a_sentence(play: Play, scenario: Path, tmp_path: Path) -> None:
    server = play(scenario, tmp_path / "w")
    said = refused(command(scenario, tmp_path / "w2", "--port", str(server.port)))
    assert f"Port {server.port} cannot be used." in said


def test_bash_that_is_too_old_is_a_sentence(scenario: Path, tmp_path: Path) -> None:
    program(tmp_path / "bash", "echo 'GNU bash, version 3.2.57(1)-release'")
    said = refused(command(scenario, tmp_path / "w"), {"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    assert "bash" in said
    assert "3.2" in said


# The browser


def with_browser(play: Play, scenario: Path, tmp_path: Path, browser: Path) -> Server:
    """A player that opens `browser`, the only one there is."""
    argv = [word for word in command(scenario, tmp_path / "w") if word != "--no-browser"]
    only = {"BROWSER": str(browser), "DISPLAY": "", "WAYLAND_DISPLAY": "", "TERM": ""}
    return play(argv, tmp_path / "w", only)


def test_no_browser_is_a_sentence_and_the_player_stays(play: Play, scenario: Path, tmp_path: Path) -> None:
    server = with_browser(play, scenario, tmp_path, program(tmp_path / "none", "exit 1"))
    assert server.process.stdout is not None
    said = iter(server.process.stdout.readline, "")
    assert any("no browser could be started. Open the address above" in line for line in said)
    assert server.get("state").status_code == 200
    server.stop()


def test_browser_that_stays_does_not_hold_up_the_end(play: Play, scenario: Path, tmp_path: Path) -> None:
    mark = tmp_path / "browser"
    browser = program(tmp_path / "stays", f"echo $$ > {mark}; exec sleep 600")
    server = with_browser(play, scenario, tmp_path, browser)
    pid = int(until(lambda: mark.exists() and mark.read_text()))
    server.process.terminate()
    try:
        assert server.process.wait(timeout=PATIENCE) == 0
    finally:
        os.kill(pid, signal.SIGKILL)
        server.process.communicate()


# A full disk: a small one of their own, in a private mount namespace

small_disk = pytest.mark.skipif(
    os.geteuid() != 0 or subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode != 0,
    reason="needs the right to mount",
)


def on_small_disk(argv: list[str], workspace: Path, before: str = "true") -> list[str]:
    """The command with `workspace` on a disk of 512 KiB; `before` is done there first."""
    workspace.mkdir()
    mount = f'mount -t tmpfs -o size=512k tmpfs "{workspace}" && cd "{workspace}" && {before}; exec "$@"'
    return ["unshare", "-m", "sh", "-c", mount, "sh", *argv]


FILL = "head -c 1M /dev/zero > {0} 2>/dev/null"


@small_disk
def test_disk_that_is_full_at_the_start_is_a_sentence(scenario: Path, tmp_path: Path) -> None:
    full = "touch lock; " + FILL.format("fill")  # a workspace, and no other folder
    said = refused(on_small_disk(command(scenario, tmp_path / "w"), tmp_path / "w", full))
    assert "cannot be written (no space left on device)" in said


@small_disk
def test_disk_that_fills_up_is_told_and_nothing_is_lost(play: Play, scenario: Path, tmp_path: Path) -> None:
    server = play(on_small_disk(command(scenario, tmp_path / "w"), tmp_path / "w"), tmp_path / "w")
    inside = Path(f"/proc/{server.process.pid}/root{tmp_path}/w")
    version = server.save("note.txt", "kept\n").json()["version"]

    def state() -> dict[str, object]:
        return dict(server.get("state").json())

    with server.socket("terminals/T1/socket") as socket:
        attach(socket)
        at = type_line(socket, 0, f"{FILL.format('~/fill')}; echo full-$((1+1))")
        output(socket, b"full-2")
        refusal = server.save("note.txt", "longer than what was there before\n", version)
        assert "Free some space" in refusal.json()["error"]
        assert (inside / "home" / "note.txt").read_text() == "kept\n"
        # The page cannot be saved as open, so it is not opened: its script would never run again.
        server.post("pages/step2/open")
        assert "free some space" in str(until(lambda: state()["notice"]))
        assert state()["current"] == "step1"
        # The terminal goes on, and is what makes room.
        type_line(socket, at, "seq 2000; rm ~/fill; echo room-$((1+1))")
        output(socket, b"room-2")
        server.post("pages/step2/open")
        output(socket, b"second 2")
        assert state()["notice"] == ""
        assert json.loads((inside / "progress.json").read_text())["page"] == "step2"
    server.stop()


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM])
def test_terminals_come_back_with_their_text_in_new_shells(
    play: Play, scenario: Path, tmp_path: Path, signum: int
) -> None:
    server = play(scenario, tmp_path / "w")
    second, third = (server.post("terminals").json()["name"] for _ in range(2))
    server.post(f"terminals/{third}/close")
    with server.socket(f"terminals/{second}/socket") as socket:
        attach(socket)
        # A full-screen program that is killed with the player must not keep what comes after it to itself.
        type_line(socket, 0, "printf '\\e[32mfirst-%s\\e[0m\\n' one; printf '\\e[?1049h\\e[?25lfull-%s' screen; cat")
        output(socket, b"full-screen")
    server.stop(signum)
    server = play(scenario, tmp_path / "w")
    assert [each["name"] for each in server.get("state").json()["terminals"]] == ["T1", second]
    with server.socket(f"terminals/{second}/socket") as socket:
        hello = attach(socket)
        assert hello["earlier"] is True
        type_line(socket, 0, "echo now-$((1+1))")
        _, seen = output(socket, b"now-2")
    earlier, marked, now = seen.partition(b"--- the text above is from before")
    assert b"\x1b[32mfirst-one" in earlier
    assert marked
    assert earlier.index(b"full-screen") < earlier.index(b"\x1b[?1049l"), "back on the first screen"
    assert b"now-2" in now
    assert b"first-one" not in now
    with server.socket("terminals/T1/socket") as socket:
        assert attach(socket)["earlier"] is True
    fresh = server.post("terminals").json()["name"]
    assert fresh == third
    with server.socket(f"terminals/{fresh}/socket") as socket:
        assert attach(socket)["earlier"] is False, "one that was closed does not come back"


def test_starting_over_brings_no_old_text(play: Play, scenario: Path, tmp_path: Path) -> None:
    server = play(scenario, tmp_path / "w")
    epoch = server.get("state").json()["epoch"]
    server.post("terminals")
    server.post("reset")
    until(lambda: (now := server.get("state").json())["epoch"] != epoch and not now["resetting"])
    assert [each["name"] for each in server.get("state").json()["terminals"]] == ["T1"]
    with server.socket("terminals/T1/socket") as socket:
        assert attach(socket)["earlier"] is False


def test_a_tab_of_another_lesson_is_told_apart(
    play: Play, make_scenario: MakeScenario, scenario: Path, tmp_path: Path
) -> None:
    server = play(scenario, tmp_path / "w")
    lesson = server.get("/api/home").json()["id"]
    server.stop()
    other = play([*command(scenario, tmp_path / "other"), "--port", str(server.port)], tmp_path / "other")
    assert other.port == server.port
    refused_tab = server.get("state")
    assert refused_tab.status_code == 401
    assert refused_tab.headers["Handrail-Lesson"] == other.get("/api/home").json()["id"] != lesson
    other.stop()
    again = play([*command(scenario, tmp_path / "w"), "--port", str(server.port)], tmp_path / "w")
    assert again.get("/api/home").json()["id"] == lesson
    assert "Handrail-Lesson" not in again.get("state").headers


CLEAN = "echo cleaned >> {}\n"


def with_cleanup(make_scenario: MakeScenario, tmp_path: Path, script: str = CLEAN) -> Path:
    page = "```\ntouch ~/made\n```{{exec}}\n"
    files = {"scripts/clean.sh": script.format(tmp_path / "cleaned")}
    return make_scenario(page, files=files, handrail={"cleanup": "scripts/clean.sh"})


def ended(scenario: Path, workspace: Path, *, after_a_block: bool) -> str:
    """Plays until Ctrl-C; what it says then on standard error."""
    process = subprocess.Popen(command(scenario, workspace), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    match = ADDRESS.search(process.stdout.readline())
    assert match is not None
    server = Server(int(match[1]), match[2], process, workspace)
    if after_a_block:
        server.post("blocks/step1-1/run")
        until(lambda: server.get("state").json()["blocks"].get("step1-1", {}).get("state") == "ended")
    process.send_signal(signal.SIGINT)
    return process.communicate(timeout=PATIENCE)[1]


def test_ctrl_c_names_the_command_that_removes_what_stays(make_scenario: MakeScenario, tmp_path: Path) -> None:
    scenario = with_cleanup(make_scenario, tmp_path)
    workspace = tmp_path / "a workspace"
    assert "to remove it" not in ended(scenario, workspace, after_a_block=False), "nothing was made"
    said = ended(scenario, workspace, after_a_block=True)
    assert "by the lesson's own scripts/clean.sh" in said
    remove = said.split("to remove it (by the lesson's own scripts/clean.sh):")[1].splitlines()[0].strip()
    assert not (tmp_path / "cleaned").exists()
    for expected in ("removed.", "nothing to remove"):
        done = subprocess.run(remove, shell=True, capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, done.stderr
        assert done.stdout == ""
        assert expected in done.stderr
    assert (tmp_path / "cleaned").read_text() == "cleaned\n", "the clean-up ran once"


def test_a_clean_up_that_fails_names_its_log(make_scenario: MakeScenario, tmp_path: Path) -> None:
    scenario = with_cleanup(make_scenario, tmp_path, "echo no engine; exit 3\n")
    ended(scenario, tmp_path / "w", after_a_block=True)
    clean = [*command(scenario, tmp_path / "w"), "--cleanup"]
    done = subprocess.run(clean, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 1
    assert "scripts/clean.sh ended with status 3" in done.stderr
    log = Path(done.stderr.rsplit("Its output: ", 1)[1].strip())
    assert log.read_text() == "no engine\n"
