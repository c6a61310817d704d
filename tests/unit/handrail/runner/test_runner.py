"""What a run does with a scenario: its items in their order, its scripts and its checks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from handrail.session import long_running

from ..conftest import MakeScenario
from .conftest import GOOD, Handrail, RunHere, exec_block


def test_every_item_in_its_order(make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path) -> None:
    root = make_scenario(
        GOOD,
        {"text": exec_block("touch second"), "verify": "test -e ~/second"},
        intro={"text": "i", "foreground": "cd ~", "background": "true"},
        finish=exec_block("rm leaf"),
        files={"clean.sh": f"touch {tmp_path}/cleaned"},
        handrail={"cleanup": "clean.sh"},
    )
    run = handrail(root, "--format", "json")
    assert run.status == 0, run.out + run.err
    assert list(run.outcomes().items()) == [
        (name, "passed")
        for name in (
            "intro/foreground",
            "step1/check-before", "step1-1", "step1/check-after",
            "step2/check-before", "step2-1", "step2/check-after", "step1/check-again",
            "finish-1",
            "intro/background",
            "cleanup",
        )
    ]  # fmt: skip
    assert tmp_path.joinpath("cleaned").exists()
    assert not list(tmp_path.joinpath("state/handrail").iterdir()), "the workspace of a run that passed is left"


def test_a_background_script_that_fails_is_a_failure(
    make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path
) -> None:
    # Its file in the workspace is there while the script runs.
    root = make_scenario(
        exec_block("while test -e ../background/intro; do sleep 0.02; done"),
        intro={"text": "i", "background": "echo no network; exit 3"}, finish={"text": "f", "background": "sleep 600"},
    )  # fmt: skip
    run = handrail(root, "--junit", str(tmp_path / "junit.xml"))
    assert run.status == 1
    assert "Failed: 2 passed, 1 failed" in run.out, run.out
    assert "intro/background (intro-background.sh:1) ended with status 3" in run.out
    assert "| no network" in run.out
    failed = ElementTree.parse(tmp_path / "junit.xml").getroot().findall(".//testcase[failure]")
    assert [case.get("name") for case in failed] == ["intro/background: background script of intro"]


def test_the_last_status_of_a_foreground_script_is_a_warning(
    make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path
) -> None:
    root = make_scenario("t", intro={"text": "i", "foreground": "(exit 3)"})
    run = handrail(root, "--junit", str(tmp_path / "junit.xml"))
    assert run.status == 0
    assert "Passed: 1 passed, 1 warning" in run.out, run.out
    case = ElementTree.parse(tmp_path / "junit.xml").getroot().find(".//testcase[system-err]")
    assert case is not None
    assert case.findtext("system-err") == "ended with status 3"


def test_a_foreground_script_that_ends_in_another_shell_is_done_when_that_waits_for_keys(
    make_scenario: MakeScenario, run_here: RunHere, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(long_running, "SETTLED_AFTER", 0.3)
    inner = "exec env -i HOME=$HOME PATH=$PATH INNER=yes bash --norc --noprofile"
    intro = {"text": "i", "foreground": f"echo set up\n{inner}"}
    step = {"text": exec_block("echo $INNER > ~/seen"), "verify": 'grep -q yes ~/seen'}
    results = run_here(make_scenario(step, intro=intro, handrail={"limits": {"block": 20}}))
    assert results["intro/foreground"].reason == "left running"
    assert results["step1/check-after"].outcome == "passed", results


def test_a_check_waits_until_keys_have_had_their_effect(make_scenario: MakeScenario, handrail: Handrail) -> None:
    keys = "`sleep 0.5; touch ~/made`{{exec no-newline}} `^M`{{exec ctrl-seq}}\n"
    run = handrail(make_scenario({"text": keys, "verify": "test -e ~/made"}), "--format", "json")
    assert run.status == 0, run.out


def test_the_first_block_waits_for_the_background_script_as_a_learner_would(
    make_scenario: MakeScenario, handrail: Handrail
) -> None:
    root = make_scenario({"text": exec_block("cat data"), "background": "sleep 0.5; touch ~/data"})
    run = handrail(root)
    assert run.status == 0, run.out
    assert re.search(r"Waited \d\.\d s for the background script of step1\.", run.out)


def test_keep_going_reports_every_failure_in_one_run(
    make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path
) -> None:
    pages = exec_block("false") + exec_block("exit 7") + exec_block("true"), {"text": "t", "verify": "false"}
    run = handrail(make_scenario(*pages), "--keep-going", "--format", "tap", "--junit", str(tmp_path / "junit.xml"))
    assert run.status == 1
    verdicts = [line.partition(" - ")[0].rpartition(" ")[0] for line in run.out.splitlines() if " - " in line]
    assert verdicts == ["not ok", "not ok", "ok", "ok", "not ok"]
    assert "Bail out!" not in run.out
    suites = ElementTree.parse(tmp_path / "junit.xml").getroot()
    assert [(suite.get("failures"), suite.get("skipped")) for suite in suites] == [("2", "0"), ("1", "0")]


def test_a_check_that_passes_too_early_proves_nothing(make_scenario: MakeScenario, handrail: Handrail) -> None:
    run = handrail(make_scenario({"text": "t", "verify": "true"}), "--format", "json")
    assert run.status == 1
    assert "proves nothing" in run.results()["step1/check-before"]["reason"]


def test_a_page_can_opt_out_of_the_check_before(make_scenario: MakeScenario, handrail: Handrail) -> None:
    root = make_scenario({"text": "t", "verify": "true"}, handrail={"passes_before": ["step1"]})
    assert handrail(root, "--format", "json").outcomes() == {"step1/check-after": "passed"}


def test_empty_pages_and_pages_without_text_have_no_blocks(make_scenario: MakeScenario, handrail: Handrail) -> None:
    root = make_scenario(exec_block("true"), "", {"foreground": "true"}, {"verify": "test -e x"}, intro="", finish={})
    run = handrail(root, "--format", "json")
    assert run.outcomes() == {
        "step1-1": "passed", "step3/foreground": "passed",
        "step4/check-before": "passed", "step4/check-after": "failed",
    }, run.err  # fmt: skip


def test_a_step_that_leaves_all_to_the_learner_is_done_by_its_answer(
    make_scenario: MakeScenario, handrail: Handrail
) -> None:
    root = make_scenario({"text": "Make a leaf.", "verify": GOOD["verify"]}, files={"leaf.md": GOOD["text"]})
    index = json.loads((root / "index.json").read_text())
    index["details"]["steps"][0]["answer"] = "leaf.md"
    (root / "index.json").write_text(json.dumps(index))
    run = handrail(root, "--format", "json")
    assert run.status == 0, run.out
    assert run.outcomes() == {
        "step1/check-before": "passed",
        "step1-answer-1": "passed",
        "step1/check-after": "passed",
    }


def test_of_a_hidden_page_only_the_scripts_run(make_scenario: MakeScenario, handrail: Handrail) -> None:
    root = make_scenario(
        exec_block("until test -e ~/ready; do sleep 0.05; done; test ! -e ~/seen"),
        intro={"text": exec_block("touch ~/seen"), "verify": "false", "background": "touch ready"},
        environment={"hideintro": True},
    )
    run = handrail(root, "--format", "json")
    assert run.status == 0, run.out
    assert run.outcomes() == {"step1-1": "passed", "intro/background": "passed"}


def test_a_step_that_breaks_an_earlier_one_is_found(make_scenario: MakeScenario, handrail: Handrail) -> None:
    second = {"text": exec_block("rm leaf; touch second"), "verify": "test -e ~/second"}
    run = handrail(make_scenario(GOOD, second), "--format", "json")
    assert run.status == 1
    assert run.results()["step1/check-again"]["reason"] == "the check passed before and fails now: No leaf."


def test_a_check_that_hangs_is_stopped(make_scenario: MakeScenario, handrail: Handrail) -> None:
    step = {"text": exec_block("touch go"), "verify": "test -e ~/go || exit 1; sleep 600"}
    run = handrail(make_scenario(step, handrail={"limits": {"check": 0.4}}), "--format", "json")
    assert run.status == 1
    failed = run.results()["step1/check-after"]
    assert failed["reason"].startswith("step1-verify.sh has not ended after 0.4 s and was stopped.")
    assert '"limits": {"check": 60}' in failed["reason"]
    assert failed["place"] == "step1-verify.sh:1"


def test_a_check_that_never_ends_is_found_before_the_step(make_scenario: MakeScenario, run_here: RunHere) -> None:
    step = {"text": exec_block("touch go"), "verify": "until test -e ~/go; do sleep 0.05; done"}
    results = run_here(make_scenario(step, handrail={"limits": {"check": 0.2}}))
    assert list(results) == ["step1/check-before"]
    assert results["step1/check-before"].outcome == "failed"
    assert "has not ended after 0.2 s" in results["step1/check-before"].reason


def test_reports_agree(make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path) -> None:
    page = exec_block("printf 'bell \\a null \\0 \\377'; false") + exec_block("true")
    root = make_scenario(GOOD, {"text": page, "verify": "false"})
    cast, junit, log = tmp_path / "run.cast", tmp_path / "deep" / "junit.xml", tmp_path / "log"
    run = handrail(root, "--format", "tap", "--junit", str(junit), "--cast", str(cast), "--log", str(log))
    assert run.status == 1
    lines = run.out.splitlines()
    assert lines[:2] == ["TAP version 14", "1..8"]
    assert [line for line in lines if line.startswith("not ok")] == [
        "not ok 5 - step2-1: printf 'bell \\\\a null \\\\0 \\\\377'; false"
    ]
    assert lines[-1] == "Bail out! 3 items were not run"
    suites = {suite.get("name"): suite for suite in ElementTree.parse(junit).getroot()}
    assert suites["step1"].get("failures") == "0"
    assert {key: suites["step2"].get(key) for key in ("tests", "failures", "skipped")} == {
        "tests": "5", "failures": "1", "skipped": "3",
    }  # fmt: skip
    header, *pieces = [json.loads(line) for line in cast.read_text().splitlines()]
    assert header["version"] == 2
    assert "touch leaf" in "".join(piece[2] for piece in pieces)
    assert "touch leaf" in log.joinpath("terminal-T1.log").read_text(errors="replace")


def test_questions_are_answered_wrongly_then_rightly(make_scenario: MakeScenario, run_here: RunHere) -> None:
    page = ">>right<<\n( ) w\n(*) r\n\n>>nobody can<<\n( ) w\n( ) w2\n\n>>anybody can<<\n(*) r\n"
    results = run_here(make_scenario({**GOOD, "text": GOOD["text"] + page}), keep_going=True)
    assert list(results) == ["step1/check-before", "step1-1", "step1-q1", "step1-q2", "step1-q3", "step1/check-after"]
    assert {name: each.outcome for name, each in results.items() if "-q" in name} == {
        "step1-q1": "passed", "step1-q2": "failed", "step1-q3": "failed",
    }  # fmt: skip
    assert "no answer that a learner can give is right" in results["step1-q2"].reason
    assert "every answer passes" in results["step1-q3"].reason


def test_a_page_that_fails_can_be_watched(make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path) -> None:
    root = make_scenario(exec_block("echo before"), exec_block("echo wrong") + exec_block("echo last; false"))
    run = handrail(root, "--format", "json", "--log", str(tmp_path / "logs"))
    recording = tmp_path / "logs/failed-step2-T1.cast"
    assert run.results()["step2-2"]["recording"] == str(recording)
    header, *events = [json.loads(line) for line in recording.read_text().splitlines()]
    assert (header["version"], header["width"]) == (2, 120)
    shown = "".join(text for _, _, text in events)
    assert "wrong" in shown
    assert shown.count("last") == 2  # as it was typed, and as it was printed
    assert "before" not in shown
    assert [at for at, _, _ in events] == sorted(at for at, _, _ in events)


def test_a_page_that_passes_leaves_no_recording(
    make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path
) -> None:
    assert handrail(make_scenario(exec_block("true")), "--log", str(tmp_path / "logs")).status == 0
    assert not list(tmp_path.glob("logs/*.cast"))
