"""What the board knows of each learner, from what their servers report, and the figures of each step."""

import csv
import io
import re
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from handrail.server.watchers import Watchers

MOST_PUPILS = 2000
MOST_STEPS = 100  # of one lesson
LONGEST = 500  # characters of a text
MOST_REASONS = 3
MOST_FAILURES = 1000  # that are kept of one learner
# Spreadsheets take a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Happening:
    """That a learner opened a step first, passed its check first, or failed it, each time. `when`: Unix time;
    `reason`: what the check said."""

    when: float
    learner: str
    lesson: str
    step: str
    title: str
    what: Literal["opened", "passed", "failed"]
    reason: str = ""


class NoReport(ValueError):
    """What came is not what a learner's server sends."""


@dataclass(frozen=True)
class Step:
    """One page with a check. Times are Unix time, 0.0 for not yet: `opened` first, `passed` first, `failed` last."""

    id: str
    title: str
    opened: float
    passed: float
    failed: float
    reason: str


@dataclass
class Pupil:
    """One learner. `since`: when the page was gone to; `help`: when help was asked for, 0.0 for not."""

    lesson: str
    page: str
    since: float
    help: float
    steps: dict[str, Step]
    seen: float

    @property
    def passed(self) -> int:
        """How many checks have passed."""
        return sum(bool(step.passed) for step in self.steps.values())


def without_name(text: str, name: str) -> str:
    """What a check says without its learner's name, which a namespace or an address may have: the same for all."""
    return re.sub(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", "…", text, flags=re.IGNORECASE)


@dataclass
class Pupils:
    """Those who have agreed to be shown. `failures`: for each lesson and step, whose check failed when, and why, with
    the learner's name and without."""

    watchers: Watchers = field(default_factory=Watchers)
    _pupils: dict[str, Pupil] = field(default_factory=dict)
    _failures: dict[tuple[str, str], dict[tuple[str, float], tuple[str, str]]] = field(default_factory=dict)
    _counts: Counter[str] = field(default_factory=Counter)

    def take(self, name: str, report: Any) -> Pupil:
        """Takes a learner's report in place of the last one. Raises NoReport."""
        if name not in self._pupils and len(self._pupils) >= MOST_PUPILS:
            raise NoReport("The board is full.")
        pupil = pupil_of(report)
        self._pupils[name] = pupil
        for step in pupil.steps.values():
            failures = self._failures.get((pupil.lesson, step.id), {})
            if step.failed and (name, step.failed) not in failures and self._counts[name] < MOST_FAILURES:
                failures[name, step.failed] = (step.reason, without_name(step.reason, name))
                self._failures[pupil.lesson, step.id] = failures
                self._counts[name] += 1
        self.watchers.wake()
        return pupil

    def as_json(self) -> dict[str, Any]:
        """Everything that the board draws: learners by name, and the figures of each step in the lesson's order."""
        return {"pupils": [wire(name, pupil) for name, pupil in sorted(self._pupils.items())], "steps": self.figures()}

    def figures(self) -> list[dict[str, Any]]:
        """For each step: how many have opened and passed it, the median time for that in seconds, why checks failed."""
        steps: dict[tuple[str, str], list[Step]] = {}
        for pupil in self._pupils.values():
            for step in pupil.steps.values():
                steps.setdefault((pupil.lesson, step.id), []).append(step)
        found = []
        for (lesson, step_id), each in steps.items():
            times = [step.passed - step.opened for step in each if step.passed and step.opened]
            failures = self._failures.get((lesson, step_id), {}).values()
            reasons = Counter(unnamed for _, unnamed in failures).most_common(MOST_REASONS)
            found.append(
                {
                    "lesson": lesson, "step": step_id, "title": each[0].title,
                    "opened": sum(bool(step.opened or step.passed) for step in each),
                    "passed": sum(bool(step.passed) for step in each),
                    "median": round(statistics.median(times)) if times else None,
                    "reasons": [{"reason": reason, "times": times} for reason, times in reasons],
                }
            )  # fmt: skip
        return found

    def happened(self) -> list[Happening]:
        """Everything that is known, in the order in which it happened."""
        found = []
        for name, pupil in self._pupils.items():
            for step in pupil.steps.values():
                of_step = (name, pupil.lesson, step.id, step.title)
                found += [Happening(step.opened, *of_step, "opened")] if step.opened else []
                found += [Happening(step.passed, *of_step, "passed")] if step.passed else []
                failures = self._failures.get((pupil.lesson, step.id), {}).items()
                found += [Happening(at, *of_step, "failed", why) for (whose, at), (why, _) in failures if whose == name]
        return sorted(found, key=lambda one: (one.when, one.learner, one.step))

    def csv(self) -> str:
        """A line for each learner and step (RFC 4180)."""
        out = io.StringIO()
        rows = csv.writer(out)
        rows.writerow(["learner", "lesson", "step", "title", "opened", "passed", "last failure", "reason"])
        for name, pupil in sorted(self._pupils.items()):
            for step in pupil.steps.values():
                times = [iso(each) for each in (step.opened, step.passed, step.failed)]
                rows.writerow([cell(each) for each in (name, pupil.lesson, step.id, step.title, *times, step.reason)])
        return out.getvalue()


def wire(name: str, pupil: Pupil) -> dict[str, Any]:
    """A learner for the page."""
    now = pupil.steps.get(pupil.page)
    reason = now.reason if now and now.failed > now.passed else ""
    return {
        "name": name, "lesson": pupil.lesson, "page": pupil.page, "title": now.title if now else pupil.page,
        "since": pupil.since, "help": pupil.help, "seen": pupil.seen,
        "reason": reason, "unnamed": without_name(reason, name),
        "passed": pupil.passed, "steps": len(pupil.steps),
    }  # fmt: skip


def pupil_of(report: Any) -> Pupil:
    """Raises NoReport."""
    try:
        steps = report["steps"]
        if not isinstance(steps, list) or len(steps) > MOST_STEPS:
            raise NoReport("There are too many steps.")
        found = [
            Step(
                text(each["id"]), text(each["title"]), moment(each["opened"]), moment(each["passed"]),
                moment(each["failed"]), text(each["reason"]),
            )
            for each in steps
        ]  # fmt: skip
        return Pupil(
            text(report["lesson"]), text(report["page"]), moment(report["since"]), moment(report["help"]),
            {step.id: step for step in found}, time.time(),
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        raise NoReport(f"It is no report: {error}") from None


def text(value: object) -> str:
    """Raises NoReport."""
    if not isinstance(value, str):
        raise NoReport("A text is missing.")
    # Half of a surrogate pair, which JSON can carry, is nothing that a browser or a file could be sent.
    return value[:LONGEST].encode("utf-8", "replace").decode()


def moment(value: object) -> float:
    """Raises NoReport."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e11:
        raise NoReport("A time is missing.")
    return float(value)


def iso(moment: float) -> str:
    """The time in UTC, "" for never."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment)) if moment else ""


def cell(value: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value
