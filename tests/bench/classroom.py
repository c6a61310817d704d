"""Measures a classroom on this machine, as root, and writes its section of docs/benchmarks.md.

    python -m tests.bench.classroom [--learners 20] [--wave 5] [--servers 1000]

Learners come in waves; each opens a terminal, types, has a check fail, mends that, has it pass, and at the end finds
the same shell again. Then keys are typed into one terminal, by turns through the proxy and directly. Last, a Hub alone
starts servers that are none. Exit status 1 when a session or a server was lost, or echo through the proxy takes more
than twice as long as directly.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx

from ..classroom.learner import Learner
from ..classroom.local import PROGRAMS, Classroom, running
from ..classroom.shell import shell
from .mock_hub import measure, memory_of
from .page import machine, write_section

INSTALL = Path(__file__).resolve().parents[2] / "deploy" / "classroom" / "install.sh"
TEACHER = "hb-teacher"
KEYS, TURNS = 50, 8
MOST = 2.0  # times as long through the proxy
ABOUT = """
Written by `make bench-classroom`: a classroom on one machine. Each learner signs in, opens a terminal, types, has a
check fail and then pass, and at the end finds the same shell and the same progress; keys are typed into one terminal,
by turns through the proxy and directly. Then a Hub alone starts servers that are none, with its database and its
proxy; each is asked for through the proxy at the end. Of JupyterHub's own measurements 8 to 13 servers a second are
quoted, for whatever machine: where they were published we have not found.
"""


@dataclass(frozen=True)
class Session:
    """How one learner fared. `lost`: why the session is, "" for not; `to_lesson`: seconds from signing in to the
    lesson; `to_verdict`: from Check to what it says, each time."""

    lost: str
    to_lesson: float = 0.0
    to_verdict: tuple[float, ...] = ()


def play(classroom: Classroom, name: str) -> tuple[Session, Learner | None]:
    """One learner comes in and does the first step."""
    began = time.monotonic()
    try:
        learner = Learner(classroom, name)
        to_lesson = time.monotonic() - began
        learner.open("step1")
        with learner.shell() as terminal:
            assert f"I am {name}" in terminal.says(f"mine={name}; echo I am $mine"), "the terminal does not answer"
            failed = verdict(learner, "failed")
            terminal.says("mkdir -p north; cp seeds.txt north/")
            passed = verdict(learner, "passed")
        return Session("", to_lesson, (failed, passed)), learner
    except Exception as error:  # any kind of it is a session that is lost
        return Session(f"{name}: {type(error).__name__}: {error}"), None


def verdict(learner: Learner, expected: str) -> float:
    """Seconds from Check to its verdict."""
    began = time.monotonic()
    found = learner.verdict("step1")
    assert found["state"] == expected, f"the check {found['state']}: {found['reason']}"
    return time.monotonic() - began


def goes_on(learner: Learner) -> str:
    """Whether the learner's shell is still theirs at the end; "" or why not."""
    try:
        with learner.shell() as terminal:
            assert f"still {learner.name}" in terminal.says("echo still $mine"), "it is another shell"
        assert "step1" in [page["id"] for page in learner.state()["pages"] if page["passed"]], "progress is lost"
    except Exception as error:
        return f"{learner.name}: {type(error).__name__}: {error}"
    return ""


def in_waves(classroom: Classroom, names: list[str], wave: int) -> tuple[list[Session], list[Learner]]:
    """All of them: so many at once, each wave when the one before has its verdicts; then whether all go on."""
    sessions, learners = [], []
    with ThreadPoolExecutor(wave) as pool:
        for first in range(0, len(names), wave):
            for session, learner in pool.map(lambda name: play(classroom, name), names[first : first + wave]):
                sessions.append(session)
                learners += [learner] if learner else []
        sessions += [Session(why) for why in pool.map(goes_on, learners) if why]
    return sessions, learners


def echo(classroom: Classroom, learner: Learner) -> tuple[list[float], list[float]]:
    """Milliseconds from a key to its echo, through the proxy and directly, by turns, with one connection at a time."""
    places = (classroom, Classroom(classroom.folder, port_of(classroom, learner.name), {}))
    with learner.shell() as terminal:
        terminal.type(b"stty raw -echo; echo GO''ING; cat\r")
        terminal.until("GOING")
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(2 * TURNS):
        way = (0, 1, 1, 0)[turn % 4]
        with shell(places[way], learner.name, learner.session) as terminal:
            terminal.type(f"<{turn}>".encode())  # what came before is shown anew
            terminal.until(f"<{turn}>")
            for _ in range(KEYS):
                time.sleep(0.005)  # a typist's keys do not arrive back to back
                began = time.perf_counter()
                terminal.type(b"k")
                terminal.until("k")
                times[way].append((time.perf_counter() - began) * 1000)
    return times


def port_of(classroom: Classroom, name: str) -> int:
    """Where the learner's server listens on loopback: the only program of theirs that has its picture."""
    owner = str((classroom.folder / "homes" / name).stat().st_uid)
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ports = [int(row[1].partition(":")[2], 16) for row in rows if row[3] == "0A" and row[7] == owner]
    for port in ports:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"http://127.0.0.1:{port}/user/{name}/static/icon.svg", trust_env=False).is_success:
                return port
    raise AssertionError(f"the server of {name} is not found")


def memory(course: Path) -> list[float]:
    """MiB of each handrail that plays this course, as its command has it; also in containers of this machine."""
    command = [b"hub-server", os.fsencode(course), b""]
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # one that has ended meanwhile
            if (folder / "cmdline").read_bytes().split(b"\0")[-3:] == command:
                found.append(memory_of(int(folder.name)))
    return found


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def of_learners(sessions: list[Session], count: int, wave: int) -> tuple[list[str], int]:
    """Lines about them, and how many sessions were lost."""
    lost = [session.lost for session in sessions if session.lost]
    for why in lost:
        print(f"bench: lost: {why}", file=sys.stderr)
    to_lesson = [each.to_lesson for each in sessions if not each.lost] or [0.0]
    verdicts = [each for session in sessions for each in session.to_verdict] or [0.0]
    return [
        f"| learners, in waves of {wave} | {count} |",
        f"| sessions lost | {len(lost)} |",
        f"| sign-in to the lesson, median and longest | {statistics.median(to_lesson):.1f} s, {max(to_lesson):.1f} s |",
        f"| Check to its verdict, median and longest | {statistics.median(verdicts):.1f} s, {max(verdicts):.1f} s |",
    ], len(lost)


def on_this_machine(args: argparse.Namespace) -> tuple[list[str], bool]:
    """Lines of the table, and whether all is well."""
    names = [f"hb-{number:03}" for number in range(1, args.learners + 1)]
    with running(names, TEACHER) as classroom:
        sessions, learners = in_waves(classroom, names, args.wave)
        lines, lost = of_learners(sessions, args.learners, args.wave)
        servers = memory(classroom.folder / "course")
        lines.append(f"| memory of a learner's handrail | {statistics.median(servers):.0f} MiB |")
        proxied, direct = echo(classroom, learners[0])
    ratio = quantile(proxied, 0.95) / quantile(direct, 0.95)
    for way, times in (("through the proxy", proxied), ("directly", direct)):
        p50, p95 = statistics.median(times), quantile(times, 0.95)
        lines.append(f"| echo {way}, p50 and p95 | {p50:.2f} ms, {p95:.2f} ms |")
    lines.append(f"| echo p95, through the proxy / directly | {ratio:.2f} |")
    print("\n".join(lines), flush=True)
    hub = asyncio.run(measure(PROGRAMS, args.servers))
    lines += [
        f"| a Hub alone: mock servers | {hub.servers} |",
        f"| servers lost | {hub.lost} |",
        f"| rate | {hub.rate:.1f} a second |",
        f"| memory of the Hub | {hub.memory:.0f} MiB |",
    ]
    return lines, not lost and not hub.lost and ratio <= MOST


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=20)
    parser.add_argument("--wave", type=int, default=5)
    parser.add_argument("--servers", type=int, default=1000)
    args = parser.parse_args()
    if os.geteuid() != 0:
        print("bench: learners' accounts are made by root alone: sudo make bench-classroom", file=sys.stderr)
        return 2
    subprocess.run([INSTALL, PROGRAMS], check=True)
    where = machine()
    lines, is_well = on_this_machine(args)
    table = "\n".join(["| | |", "|---|--:|", *lines])
    print(table)
    write_section(
        "The classroom",
        f"{ABOUT.strip()}\n\nMachine: {where}.\n\n{table}",
    )
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
