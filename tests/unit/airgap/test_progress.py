"""What is said while work lasts, to people and to programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from airgap import process, progress, resources
from airgap.errors import AirgapError


@pytest.fixture
def events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AIRGAP_EVENTS", str(tmp_path / "events"))
    monkeypatch.setattr(progress, "EVENT_EVERY", 0.01)
    return tmp_path / "events"


def states(events: Path) -> list[str]:
    return [json.loads(line)["state"] for line in events.read_text().splitlines()]


def fractions(events: Path) -> list[float | None]:
    return [json.loads(line)["fraction"] for line in events.read_text().splitlines()]


def test_phase_is_told_from_start_to_end(events: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with progress.phase("node", "building", 100.0) as current:
        current.fraction = 0.5
        # The first word may be said before there is a fraction.
        while fractions(events)[-1] != 0.5:
            pass
    assert states(events)[0] == "start"
    assert states(events)[-1] == "done"
    told = [json.loads(line) for line in events.read_text().splitlines()]
    assert set(told[0]) == {"t", "phase", "state", "detail", "estimate", "fraction"}
    assert told[0]["estimate"] == 100.0
    assert told[-1]["fraction"] == 1.0
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[0] == "node: building (about 1 min 40 s)"


def test_estimate_that_is_over_is_told(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    late = progress.Phase("build", "building model", 0.001)
    while late.remaining():
        pass
    late.report(person=True)
    assert capfd.readouterr().err == "build: building model: 0 s gone, longer than the estimated 0 s\n"


def test_failure_is_told_with_its_reason(events: Path) -> None:
    with pytest.raises(AirgapError), progress.phase("node", "building"):
        raise AirgapError("the disk is full")
    last = json.loads(events.read_text().splitlines()[-1])
    assert (last["state"], last["detail"]) == ("failed", "the disk is full")


@pytest.mark.parametrize(("seconds", "words"), [(0.4, "0 s"), (59.6, "1 min 00 s"), (45, "45 s"), (125, "2 min 05 s")])
def test_durations_in_words(seconds: float, words: str) -> None:
    assert progress.duration(seconds) == words


def test_failed_child_is_reported_with_its_last_words_and_log(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "build.log"
    with pytest.raises(process.ChildFailed, match=rf"^sh failed: two \(all of its output: {log}\)$"):
        process.run_long(["sh", "-c", "echo; echo two >&2; exit 3"], log=log)
    assert log.read_text() == "\ntwo\n"


def test_lines_of_a_long_child_are_handed_on(tmp_path: Path) -> None:
    lines: list[str] = []
    process.run_long(["printf", r"a\nb\n"], log=tmp_path / "log", on_line=lines.append)
    assert lines == ["a", "b"]


def test_child_without_answer_is_ended() -> None:
    with pytest.raises(process.ChildFailed, match="sleep 60 gave no answer within 0 s"):
        process.run(["sleep", "60"], timeout=0.05)


def test_missing_program_is_one_sentence() -> None:
    with pytest.raises(process.ChildFailed, match="no-such-program"):
        process.run(["no-such-program"])


def test_too_little_disk_says_how_much_and_what_to_do(tmp_path: Path) -> None:
    resources.need_disk(tmp_path / "not" / "yet", 1, "a test")
    with pytest.raises(AirgapError, match=r"a test takes 1000000000\.0 GB of disk and .* XDG_CACHE_HOME"):
        resources.need_disk(tmp_path / "not" / "yet", 10**18, "a test")


def test_too_little_memory_says_how_much_and_what_to_do(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal:       24684084 kB\nMemAvailable:    1953125 kB\n")
    resources.need_memory(2e9, "a test", meminfo)
    with pytest.raises(AirgapError, match=r"a test takes 3\.5 GB of memory and 2\.0 GB are free: close other programs"):
        resources.need_memory(3.5e9, "a test", meminfo)
    resources.need_memory(3.5e9, "a test", tmp_path / "missing")
