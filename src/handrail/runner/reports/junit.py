"""JUnit XML, as CI services read it: a suite for each page, a case for each item."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from xml.etree import ElementTree

from handrail.runner.events import Result
from handrail.runner.plan import Item
from handrail.runner.reports.files import CollectedRun, FileReport

# What XML 1.0 cannot hold, even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Junit(FileReport):
    """Planned items that were never reached are cases skipped as such; a scenario that could not begin is one failed
    case."""

    def write(self) -> None:
        runs = self.runs.values()
        titles = {run.scenario for run in runs}
        duration = sum(run.duration for run in runs)
        root = ElementTree.Element("testsuites", name=", ".join(sorted(titles)), time=f"{duration:.3f}")
        for run in runs:
            root.extend(_suites(run))
        for name, reason in self.cannot_begin.items():
            suite = ElementTree.SubElement(root, "testsuite", name=name, tests="1", failures="1", skipped="0", time="0")
            case = ElementTree.SubElement(suite, "testcase", classname=name, name="can begin", time="0")
            ElementTree.SubElement(case, "failure", message=_clean(reason))
        ElementTree.indent(root)
        ElementTree.ElementTree(root).write(self.path, encoding="utf-8", xml_declaration=True)


def _suites(run: CollectedRun) -> Iterator[ElementTree.Element]:
    """A suite for each page."""
    for page in dict.fromkeys(item.page for item in run.planned):
        cases = [item for item in run.planned if item.page == page]
        of = f"{run.name}: " if run.name else ""
        suite = ElementTree.Element("testsuite", name=of + (page or "clean-up"))
        suite.extend(_cases(run, cases))
        results = [run.done[item.id] for item in cases if item.id in run.done]
        suite.set("tests", str(len(cases)))
        suite.set("failures", str(sum(each.outcome in ("failed", "interrupted") for each in results)))
        skipped = len(cases) - len(results) + sum(each.outcome == "skipped" for each in results)
        suite.set("skipped", str(skipped))
        suite.set("time", f"{sum(each.duration for each in results):.3f}")
        yield suite


def _cases(run: CollectedRun, items: Iterable[Item]) -> Iterator[ElementTree.Element]:
    for item in items:
        name = _clean(f"{item.id}: {item.title}")
        of = f"{run.name or run.scenario}.{item.page or 'cleanup'}"
        case = ElementTree.Element("testcase", classname=of, name=name)
        result = run.done.get(item.id)
        case.set("time", f"{result.duration:.3f}" if result else "0")
        if item.place:
            file, _, line = item.place.rpartition(":")
            case.set("file", file)
            case.set("line", line)
        if result is None:
            ElementTree.SubElement(case, "skipped", message="not run")
        elif result.outcome == "skipped":
            ElementTree.SubElement(case, "skipped", message=_clean(result.reason))
        elif result.outcome == "typed":
            ElementTree.SubElement(case, "system-out").text = _clean(result.reason)
        elif result.outcome != "passed":
            failure = ElementTree.SubElement(case, "failure", message=_clean(result.reason))
            failure.text = _clean(_body(item, result))
        elif result.reason:
            # It counts for nothing, but somebody may want to know.
            ElementTree.SubElement(case, "system-err").text = _clean(result.reason)
        yield case


def _body(item: Item, result: Result) -> str:
    """What was run, or why the check failed and which script it is; then its last lines and its log's name."""
    script = item.place.rpartition(":")[0]
    what = item.text or "\n".join([result.reason, *([f"Script: {script}"] if script else [])])
    log = f"All of it: {PurePath(result.log).name}" if result.log else ""
    recording = f"To watch it: asciinema play {PurePath(result.recording).name}" if result.recording else ""
    picture = f"What the learner sees: {PurePath(result.picture).name}" if result.picture else ""
    parts = (what, result.output, log, recording, picture)
    return "\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
