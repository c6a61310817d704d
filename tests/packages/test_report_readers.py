"""The reports of `handrail test` are read by programs that no one here wrote."""

import json
import sys
from pathlib import Path

import pytest

from .conftest import must, run

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def reports(scenarios: Path) -> Path:
    """The folder with a report of each kind of both scenarios, and a recording of the first."""
    test = [sys.executable, "-m", "handrail", "test", "--host"]
    for form in ("tap", "json"):
        done = run(*test, "--format", form, "--junit", "junit.xml", ".", cwd=scenarios)
        assert done.returncode == 1, done.stderr
        (scenarios / f"report.{form}").write_text(done.stdout)
    must(*test, "--cast", "one.cast", "good", cwd=scenarios)
    return scenarios


def test_each_report_is_read_by_a_program_of_others(reports: Path, tools: Path) -> None:
    events = [json.loads(line) for line in (reports / "report.json").read_text().splitlines()]
    items = [event for event in events if event["event"] == "item-end"]
    failed = [event["id"] for event in items if event["outcome"] == "failed"]
    assert failed == ["step1-3"]

    count = (
        "from junitparser import JUnitXml\n"
        "suites = list(JUnitXml.fromfile('junit.xml'))\n"
        "print(sum(each.tests for each in suites), sum(each.failures for each in suites))"
    )
    planned = sum(len(event["items"]) for event in events if event["event"] == "plan")
    assert must(tools / "python", "-c", count, cwd=reports) == f"{planned} 1\n"

    read = (
        "from tap.parser import Parser\n"
        "lines = list(Parser().parse_file('report.tap'))\n"
        "print([line.ok for line in lines if line.category == 'test'])"
    )
    assert must(tools / "python", "-c", read, cwd=reports).strip() in ("[True, False]", "[False, True]")

    recording = must(tools / "asciinema", "cat", "one.cast", cwd=reports)
    assert "note" in recording

    failing = next(Path(event["recording"]) for event in items if event["recording"])
    assert "note" in must(tools / "asciinema", "cat", str(failing), cwd=reports)
