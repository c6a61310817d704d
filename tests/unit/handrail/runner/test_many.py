"""`handrail test` of courses and repositories: side by side, in groups, in shards, again, and told as one."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from ....waiting import PATIENCE

Start = Callable[..., subprocess.Popen[str]]


def write(folder: Path, commands: str, check: str = "test -e ~/done", **index: Any) -> None:
    """A scenario of one step."""
    folder.mkdir(parents=True)
    (folder / "step.md").write_text(f"```\n{commands}\n```{{{{exec}}}}\n")
    (folder / "check.sh").write_text(check + "\n")
    details = {"steps": [{"title": "One", "text": "step.md", "verify": "check.sh"}]}
    (folder / "index.json").write_text(
        json.dumps({"title": folder.name, "details": details, "backend": {"imageid": "ubuntu"}, **index})
    )


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return tmp_path / "course"


@pytest.fixture
def start(tmp_path: Path, course: Path) -> Start:
    def run(*words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "handrail", "test", "--host", *words], cwd=course.parent, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")},
        )  # fmt: skip

    return run


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


def verdicts(out: str) -> dict[str, dict[str, Any]]:
    """The end of each scenario by its path, in the order of their ends, of a run with --format json."""
    lines = [json.loads(line) for line in out.splitlines()]
    return {line["path"]: line for line in lines if line["event"] == "scenario-end"}


def test_a_course_is_run_in_the_order_of_its_list_and_each_failure_is_told(course: Path, start: Start) -> None:
    write(course / "a", "touch ~/done")
    write(course / "b", "false")
    write(course / "c", "touch ~/done")
    (course / "structure.json").write_text(json.dumps({"items": [{"path": "c"}, {"path": "b"}]}))
    status, out, _ = ended(start("course", "--jobs", "1"))
    assert status == 1
    assert re.findall(r"^course/\w$", out, re.MULTILINE) == ["course/c", "course/b", "course/a"]
    assert "step1-1 (step.md:1) ended with status 1" in out
    assert "3 scenarios: 2 passed, 1 failed in" in out


def test_side_by_side_only_what_failed_is_told_at_length(course: Path, start: Start) -> None:
    write(course / "good", "touch ~/done")
    write(course / "bad", "false")
    status, out, _ = ended(start("course", "--jobs", "2"))
    assert status == 1
    assert "check fails before the step" in out
    assert out.count("workspace ") == 1


def test_scenarios_run_side_by_side(course: Path, start: Start, tmp_path: Path) -> None:
    meet = tmp_path / "meet"
    meet.mkdir()
    for name, other in (("a", "b"), ("b", "a")):
        wait = f"for i in $(seq 300); do [ -e {meet}/{other} ] && break; sleep 0.1; done; [ -e {meet}/{other} ]"
        write(course / name, f"touch {meet}/{name}; {wait} && touch ~/done")
    assert ended(start("course", "--jobs", "2"))[0] == 0


def test_a_group_is_run_one_after_the_other(course: Path, start: Start, tmp_path: Path) -> None:
    alone = f"mkdir {tmp_path}/taken && sleep 0.5 && rmdir {tmp_path}/taken && touch ~/done"
    for name in "abc":
        write(course / name, alone, handrail={"group": "one cluster"})
    assert ended(start("course", "--jobs", "3"))[0] == 0


def test_shards_are_disjoint_and_together_all(course: Path, start: Start) -> None:
    for name in "abcde":
        write(course / name, "touch ~/done", handrail={"group": "g"} if name in "ab" else {})
    shards = [verdicts(ended(start("course", "--format", "json", "--shard", f"{n}/3"))[1]) for n in (1, 2, 3)]
    assert sorted(name for shard in shards for name in shard) == [f"course/{name}" for name in "abcde"]
    assert {"course/a", "course/b"} <= set(shards[0])


@pytest.mark.parametrize(
    "words",
    [["--shard", "4/3"], ["--shard", "x"], ["--shard", "0/0"], ["--jobs", "0"],
     ["--repeat", "-1"], ["--repeat", "²"], ["--retries", "-1"]],
)  # fmt: skip
def test_what_is_no_number_of_scenarios_is_refused(course: Path, start: Start, words: list[str]) -> None:
    write(course / "a", "touch ~/done")
    status, out, err = ended(start("course", *words))
    assert (status, out) == (2, "")
    assert words[1] in err


def test_only_what_has_changed_since_a_revision(course: Path, start: Start) -> None:
    for name in ("edited", "same", "uses", "linked", "new-file"):
        write(course / name, "touch ~/done", **({"handrail": {"uses": ["../shared"]}} if name == "uses" else {}))
    (course / "shared").mkdir()
    (course / "shared" / "lib.sh").write_text("true\n")
    (course / "text.md").write_text("Read this.\n")
    (course / "linked" / "more.md").symlink_to("../text.md")

    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-C", str(course), "-c", "user.name=x", "-c", "user.email=x@example.org", *words],
            check=True, capture_output=True,
        )  # fmt: skip

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "Begin")
    status, out, err = ended(start("course", "--changed-since", "HEAD"))
    assert (status, out) == (0, "")
    assert "no scenario is left to test" in err
    (course / "edited" / "step.md").write_text("```\ntouch ~/done; true\n```{{exec}}\n")
    (course / "shared" / "lib.sh").write_text("false\n")
    (course / "text.md").write_text("Read that.\n")
    (course / "new-file" / "untracked").touch()
    tested = verdicts(ended(start("course", "--format", "json", "--changed-since", "HEAD"))[1])
    assert set(tested) == {f"course/{name}" for name in ("edited", "uses", "linked", "new-file")}


def test_an_unknown_revision_is_named(course: Path, start: Start) -> None:
    write(course / "a", "touch ~/done")
    status, out, err = ended(start("course", "--changed-since", "no-such"))
    assert (status, out) == (2, "")
    assert "git does not know no-such" in err


FLAKY = "n=$(cat {counter} 2>/dev/null || echo 0); echo $((n + 1)) > {counter}; [ $((n % 2)) = 1 ] && touch ~/done"


def test_a_retry_may_pass_and_is_told(course: Path, start: Start, tmp_path: Path) -> None:
    write(course / "odd", FLAKY.format(counter=tmp_path / "n"))
    status, out, _ = ended(start("course", "--format", "json", "--retries", "2"))
    tested = verdicts(out)["course/odd"]
    assert (status, tested["verdict"], tested["attempts"], tested["passes"]) == (0, "flaky", 2, 1)
    assert tested["failures"] == [["step1-1", 1]]


def test_repeating_names_the_block_that_fails_now_and_then(course: Path, start: Start, tmp_path: Path) -> None:
    write(course / "odd", FLAKY.format(counter=tmp_path / "n"))
    status, out, _ = ended(start("course", "--repeat", "4"))
    assert status == 1
    assert "passed 2 of 4 times" in out
    assert "step1-1 failed in 2 of 4" in out


def test_one_that_cannot_be_read_does_not_keep_the_others_from_running(course: Path, start: Start) -> None:
    write(course / "good", "touch ~/done")
    (course / "broken").mkdir()
    (course / "broken" / "index.json").write_text('{"title": }')
    status, out, _ = ended(start("course", "--format", "json"))
    found = verdicts(out)
    assert status == 2
    assert {name: each["verdict"] for name, each in found.items()} == {
        "course/broken": "unusable",
        "course/good": "passed",
    }
    assert "index.json:1" in found["course/broken"]["reason"]


def test_tap_has_a_subtest_for_each(course: Path, start: Start) -> None:
    write(course / "bad", "false")
    write(course / "good", "touch ~/done")
    _, out, _ = ended(start("course", "--format", "tap", "--jobs", "1"))
    top = [line for line in out.splitlines() if not line.startswith(("  ", "#"))]
    assert top == ["TAP version 14", "1..2", "not ok 1 - course/bad", "ok 2 - course/good"]
    assert "Bail out!" not in out  # it would end the harness's run
    plans = re.findall(r"^    1\.\.(\d+)$", out, re.MULTILINE)
    points = re.findall(r"^    (?:not )?ok \d+", out, re.MULTILINE)
    assert len(points) == sum(map(int, plans))


def test_junit_has_the_suites_of_all(course: Path, start: Start, tmp_path: Path) -> None:
    write(course / "bad", "false")
    write(course / "good", "touch ~/done")
    (course / "broken").mkdir()
    (course / "broken" / "index.json").write_text("[")
    ended(start("course", "--junit", str(tmp_path / "junit.xml")))
    root = ElementTree.parse(tmp_path / "junit.xml").getroot()
    failures = {suite.get("name"): suite.get("failures") for suite in root}
    assert failures == {"course/bad: step1": "1", "course/good: step1": "0", "course/broken": "1"}


def test_ctrl_c_ends_all_in_order_and_says_what_was_not_run(course: Path, start: Start, tmp_path: Path) -> None:
    (course / "lib").mkdir(parents=True)
    for name in "abc":
        write(course / name, f"touch {tmp_path}/runs-{name}; sleep 60", handrail={"cleanup": "clean.sh"})
        (course / name / "clean.sh").write_text(f"touch {tmp_path}/cleaned-{name}\n")
    process = start("course", "--jobs", "2")
    deadline = time.monotonic() + 30
    while len(list(tmp_path.glob("runs-*"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    status, out, _ = ended(process)
    assert status == 130
    assert {path.name for path in tmp_path.glob("cleaned-*")} == {"cleaned-a", "cleaned-b"}
    assert "2 interrupted, 1 not run" in out


def test_a_folder_without_a_scenario_is_named(course: Path, start: Start) -> None:
    course.mkdir()
    status, out, err = ended(start("course"))
    assert (status, out) == (2, "")
    assert "course has no index.json" in err
    assert "handrail new my-scenario" in err


def test_what_is_not_there_and_what_is_no_folder_is_named(course: Path, start: Start) -> None:
    write(course / "a", "touch ~/done")
    missing = "handrail: There is no corse: name the folder of a scenario, or one above it.\n"
    assert ended(start("corse")) == (2, "", missing)
    of_file = "handrail: course/a/step.md is a file: name the folder of its scenario (handrail test course/a).\n"
    assert ended(start("course/a/step.md")) == (2, "", of_file)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["course"], "2 of them"),
        (["course/a", "--repeat", "2"], "up to 2 runs"),
        (["course/a", "--retries", "1"], "up to 2 runs"),
    ],
)
def test_a_recording_is_of_one_run(course: Path, start: Start, tmp_path: Path, words: list[str], what: str) -> None:
    for name in "ab":
        write(course / name, "touch ~/done")
    status, out, err = ended(start(*words, "--cast", str(tmp_path / "a.cast")))
    assert (status, out) == (2, "")
    assert f"--cast: for one run of one scenario, and this would be {what}" in err
    assert not (tmp_path / "a.cast").exists()


def test_github_gets_an_annotation_beside_each_failure_and_a_summary(
    course: Path, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(course / "good", "touch ~/done")
    write(course / "bad", "echo '50 %, or'; false")
    write(course / "broken", "true", backend={})
    (course / "broken" / "index.json").write_text("{")
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    status, out, _ = ended(start("course", "--format", "github"))
    assert status == 1
    (failure,) = [line for line in out.splitlines() if line.startswith("::error file=")]
    assert failure.startswith("::error file=course/bad/step.md,line=1,title=step1-1%3A echo '50 %25%2C or'; false::")
    assert "%0A50 %25, or" in failure
    assert "::error title=course/broken cannot begin::" in out
    told = summary.read_text()
    assert sorted(re.findall(r"^\| (course/\w+) \| (\w+) \|", told, re.MULTILINE)) == [
        ("course/bad", "failed"), ("course/broken", "unusable"), ("course/good", "passed"),
    ]  # fmt: skip
    assert "- **course/bad** step1-1 (`step.md:1`): ended with status 1" in told


def test_one_scenario_is_annotated_too(course: Path, start: Start) -> None:
    write(course / "bad", "false")
    status, out, _ = ended(start("course/bad", "--format", "github"))
    assert status == 1
    assert "::error file=course/bad/step.md,line=1," in out


def test_the_page_to_read_has_each_block_with_its_output_and_loads_nothing(
    course: Path, start: Start, tmp_path: Path
) -> None:
    write(course / "good", "echo '<b>from the good one</b>'; touch ~/done")
    write(course / "bad", "false")
    write(course / "broken", "true")
    (course / "broken" / "index.json").write_text("{")
    status, _, err = ended(start("course", "--html", str(tmp_path / "report.html")))
    assert status == 1, err
    page = (tmp_path / "report.html").read_text()
    assert "&lt;b&gt;from the good one&lt;/b&gt;" in page
    assert "<b>" not in page
    assert re.search(r"<details open><summary><span class=\"failed\">.{0,120}false", page)
    assert re.search(r"<td>course/broken</td><td class=\"failed\">cannot begin</td>", page)
    assert not re.search(r"(?:src|href)=\"(?!#)|url\(|@import", page)
