"""Runs handrail on scenarios with a planted fault each, and on their healthy twins; prints what found which fault.

    python -m tests.planted [--times N] [--browser] [NAME...]

A folder beside this file is a case: `healthy/` is a scenario, `faulty/` what is otherwise in its twin, and `case.json`
says what is wrong and what has to find it. A fault is found when the first complaint is the one that is named there; a
healthy scenario is blamed by any complaint of any command. Exits with 1 when a fault was missed or a twin was blamed.

case.json: fault; found_by (lint, test, warning, mutate, repeat, compare); where: the id of an item or of a mutant's
block, or a file (with its line) for lint; says: the rule's code, or a part of the reason; without: files of the healthy
twin that the faulty one does not have.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
# Most of the time is spent in waiting for limits.
JOBS = ("--jobs", "12")
# Played by the buttons of the page: the faults that a run as it stands finds, and no more browsers than that.
IN_BROWSER = ("--browser", "--jobs", "4")
FOUND_IN_BROWSER = ("test", "warning", "repeat")


@dataclass(frozen=True)
class Case:
    """One case.json, and the name of its folder."""

    name: str
    fault: str
    found_by: str
    where: str
    says: str
    without: tuple[str, ...] = ()


def cases() -> list[Case]:
    """All of them, by name."""
    files = sorted(HERE.glob("*/case.json"))
    return [Case(file.parent.name, **json.loads(file.read_text(encoding="utf-8"))) for file in files]


def main() -> int:
    """Run all, print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--times", type=int, default=1, help="so many runs in a row; the first bad one ends them")
    parser.add_argument("--browser", action="store_true", help="play them by the buttons of their pages")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these cases")
    args = parser.parse_args()
    wanted = [case for case in cases() if not args.names or case.name in args.names]
    wanted = [case for case in wanted if case.found_by in FOUND_IN_BROWSER or not args.browser]
    with tempfile.TemporaryDirectory(prefix="handrail-planted-") as folder:
        for number in range(1, args.times + 1):
            began = time.monotonic()
            found, blamed = judge(wanted, Path(folder), browser=args.browser)
            missed = [case for case in wanted if not found[case.name]]
            if number == 1:
                for case in wanted:
                    print(f"{case.name:<26}{case.found_by if found[case.name] else 'MISSED':<9}{case.fault}")
            for case in missed:
                print(f"missed: {case.name}: {case.found_by} was to say “{case.says}” of {case.where}")
            for complaint in blamed:
                print(f"a healthy one is blamed: {complaint}")
            count = f"{len(wanted) - len(missed)} of {len(wanted)} found, {len(blamed)} blamed"
            print(f"run {number}: {count}, {time.monotonic() - began:.0f} s", flush=True)
            if missed or blamed:
                return 1
    return 0


def judge(
    wanted: list[Case], folder: Path, *, lint_only: bool = False, browser: bool = False
) -> tuple[dict[str, bool], list[str]]:
    """By name whether the fault was found; and the complaints about healthy twins. lint_only: run the linter alone.
    browser: play them by the buttons of their pages."""
    shutil.rmtree(folder / "faulty", ignore_errors=True)
    for case in wanted:
        healthy, faulty = folder / "healthy" / case.name, folder / "faulty" / case.found_by / case.name
        if not healthy.exists():
            shutil.copytree(HERE / case.name / "healthy", healthy)
        shutil.copytree(HERE / case.name / "healthy", faulty)
        for name in case.without:
            (faulty / name).unlink()
        if (HERE / case.name / "faulty").is_dir():
            shutil.copytree(HERE / case.name / "faulty", faulty, dirs_exist_ok=True)
    # Where a scenario can be played is no fault of it.
    (folder / ".handrail.toml").write_text('[lint]\ndisable = ["not-on-killercoda"]\n', encoding="utf-8")
    world = World(folder, IN_BROWSER if browser else ())
    said = {kind: list(complaints) for kind, complaints in world.of_faulty()}
    found = {
        case.name: _is_found(case, [each for each in said.get(case.found_by, ()) if each["name"] == case.name])
        for case in wanted
    }
    blamed = [" ".join(map(str, each.values())) for each in world.of_healthy(lint_only=lint_only)]
    return found, blamed


def _is_found(case: Case, complaints: list[dict[str, str]]) -> bool:
    """Whether the first complaint is the one that is expected (of the linter: any, it tells them all)."""
    if case.found_by == "test":
        complaints = [each for each in complaints if each["where"]]
    looked_at = complaints if case.found_by in ("lint", "warning") else complaints[:1]
    return any(each["where"].startswith(case.where) and case.says in each["says"] for each in looked_at)


class World:
    """handrail's commands in a folder with the scenarios; `how`: more words for its runs. A complaint has `name`,
    `where` and `says`."""

    def __init__(self, folder: Path, how: tuple[str, ...]) -> None:
        self._folder, self._how = folder, how

    def of_faulty(self) -> Iterator[tuple[str, Iterable[dict[str, str]]]]:
        """By what has to find the faults: its complaints."""
        commands = {
            "lint": lambda folder: self._lint(folder),
            "test": lambda folder: self._test(folder),
            "warning": lambda folder: self._test(folder),
            "mutate": lambda folder: self._test(folder, "--mutate"),
            "repeat": lambda folder: self._test(folder, "--repeat", "2"),
            "compare": lambda folder: self._test(folder, "--compare"),
        }
        for kind, command in commands.items():
            if (self._folder / "faulty" / kind).is_dir():
                yield kind, command(f"faulty/{kind}")

    def of_healthy(self, *, lint_only: bool) -> Iterator[dict[str, str]]:
        """What any command says of the healthy twins: nothing, when all is well."""
        yield from self._lint("healthy")
        if lint_only:
            return
        if self._how:
            yield from self._test("healthy")
            return
        if not (self._folder / "recorded").exists():
            yield from self._test("healthy", "--record")
            (self._folder / "recorded").touch()
        yield from self._test("healthy", "--compare")
        yield from self._test("healthy", "--mutate")

    def _lint(self, folder: str) -> Iterator[dict[str, str]]:
        for line in self._handrail("lint", "--format", "json", folder):
            path, place = line["path"].removeprefix(f"{folder}/").partition("/")[::2]
            yield {"name": path, "where": f"{place}:{line['line']}", "says": f"{line['code']}: {line['message']}"}

    def _test(self, folder: str, *words: str) -> Iterator[dict[str, str]]:
        # Of a folder with a single scenario the events do not name it.
        only = next((self._folder / folder).iterdir()).name
        for line in self._handrail("test", folder, "--host", *JOBS, *self._how, "--format", "json", *words):
            name = Path(line.get("path", only)).name
            told: dict[str, list[tuple[str, str]]] = defaultdict(list)
            if line["event"] == "item-end" and line["outcome"] == "failed":
                told[name].append((line["id"], f"{line['reason']}\n{line['output']}"))
            elif line["event"] == "note":
                # How long it waited for a background script is no complaint.
                told[name] += [] if line["message"].startswith("Waited ") else [("", line["message"])]
            elif line["event"] == "mutant" and not line["noticed_by"]:
                told[name].append((line["id"], line["change"]))
            elif line["event"] == "scenario-end" and line["verdict"] == "flaky":
                told[name] = [(item, f"failed in {times}") for item, times in line["failures"]]
            elif line["event"] == "scenario-end" and line["verdict"] == "unusable":
                told[name].append(("", line["reason"]))
            for where, says in told[name]:
                yield {"name": name, "where": where, "says": says}

    def _handrail(self, *words: str) -> list[dict[str, Any]]:
        """The JSON lines that a command prints."""
        done = subprocess.run(
            [sys.executable, "-m", "handrail", *words], cwd=self._folder, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, env={**os.environ, "XDG_STATE_HOME": str(self._folder / "state")},
        )  # fmt: skip
        if done.returncode not in (0, 1):
            raise SystemExit(f"handrail {' '.join(words)} ended with status {done.returncode}:\n{done.stderr}")
        return [json.loads(line) for line in done.stdout.splitlines()]


if __name__ == "__main__":
    sys.exit(main())
