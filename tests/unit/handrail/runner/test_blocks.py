"""Blocks that go wrong: how it is told, and how a page allows it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from handrail.runner import items
from handrail.terminal import processes

from ..conftest import MakeScenario
from .conftest import GOOD, Handrail, RunHere, exec_block

FAILURES = [
    pytest.param("false", "", 60, "ended with status 1", id="status"),
    pytest.param("true", "expect=1", 60, "ended with status 0, not 1 as the page says", id="unexpected success"),
    pytest.param("exit", "", 60, "ended the shell, with status 0", id="exit"),
    pytest.param("set -e; false", "", 60, "ended the shell, with status 1", id="set -e"),
    pytest.param("sleep 600", "timeout=0.3", 60, "did not end within 0.3 seconds and was stopped", id="hangs"),
    pytest.param("echo a; sleep 600", "", 1.5, "printed nothing for 1.5 seconds and was stopped", id="silent"),
    pytest.param("echo 'open", "", 60, "is not a whole command", id="open quote"),
    pytest.param("printf '\\377\\376 broken'; false", "", 60, "ended with status 1", id="output not UTF-8"),
]


@pytest.mark.parametrize(("block", "mark", "quiet", "reason"), FAILURES)
def test_a_block_that_goes_wrong_is_named_with_its_reason(
    make_scenario: MakeScenario, handrail: Handrail, block: str, mark: str, quiet: float, reason: str
) -> None:
    page = exec_block("touch before") + exec_block(block, mark) + exec_block("touch after")
    limits = {"limits": {"quiet": quiet}}
    root = make_scenario({"text": page, "verify": "echo 'Still no leaf.'; exit 1"}, handrail=limits)
    run = handrail(root, "--format", "json")
    assert run.status == 1
    failed = run.results()["step1-2"]
    assert failed["outcome"] == "failed"
    assert failed["reason"].startswith(reason)
    assert "The check says: Still no leaf." in failed["reason"]
    assert Path(failed["log"]).exists()
    assert "step1-3" not in run.results(), "the run went on after a failure"


def test_a_failure_says_how_to_allow_it(make_scenario: MakeScenario, run_here: RunHere) -> None:
    scenario = {"handrail": {"limits": {"quiet": 0.2}}}
    failed = run_here(make_scenario(exec_block("(exit 2)"), **scenario))["step1-1"]
    assert failed.reason == "ended with status 2; if that is meant: `<!-- handrail: expect=2 -->` above the block"
    failed = run_here(make_scenario(exec_block("sleep 600"), **scenario))["step1-1"]
    assert failed.reason.endswith("was stopped; to allow more: `<!-- handrail: timeout=60 -->` above the block")


@pytest.mark.parametrize(
    ("block", "advice"),
    [
        pytest.param("tail -f /dev/null", "{{exec interrupt}}", id="follows a file"),
        pytest.param("python3 -m http.server 0 --bind 127.0.0.1", "{{exec T2}}", id="a server by its name"),
        pytest.param("echo 'Listening on http://127.0.0.1:1'; sleep 600", "{{exec T2}}", id="a server by what it says"),
        pytest.param("read -r -p 'Go on? [Y/n] ' answer", "it waits for an answer", id="a question"),
        pytest.param("read -r -s -p 'Password: ' answer", "it waits for an answer", id="a password"),
    ],
)
def test_more_time_is_not_advised_where_it_is_no_help(
    make_scenario: MakeScenario, run_here: RunHere, block: str, advice: str
) -> None:
    failed = run_here(make_scenario(exec_block(block), handrail={"limits": {"quiet": 1.5}}))["step1-1"]
    assert failed.outcome == "failed"
    assert advice in failed.reason
    assert "timeout=" not in failed.reason


def test_what_names_root_is_told_where_home_is(make_scenario: MakeScenario, run_here: RunHere, tmp_path: Path) -> None:
    step = {"text": exec_block("touch my-file"), "verify": "stat /root/my-file"}
    failed = run_here(make_scenario(step))["step1/check-after"]
    note = f"It names /root, which is the home folder on other platforms. Here that is {tmp_path}/w/home: write ~"
    assert note in failed.reason
    failed = run_here(make_scenario(exec_block("cd /root/none")))["step1-1"]
    assert note in failed.reason
    assert "It names" not in run_here(make_scenario(exec_block("cd /srv/root/none")))["step1-1"].reason


# Each in the background, deaf to the end of its terminal, and in the foreground.
MULTIPLEXERS = {
    "tmux": ("tmux -S {folder}/socket new -d {script}", "tmux -S {folder}/socket-2"),
    "screen": ("screen -dm bash {script}", "screen -c {folder}/screenrc"),
}


def multiplexer(name: str, at: int, folder: Path) -> str:
    if shutil.which(name) is None:
        pytest.skip(f"there is no {name} here")
    script = folder / "deaf.sh"
    script.write_text("#!/bin/bash\ntrap '' HUP; echo $$ > ~/pid; while :; do sleep 1; done\n")
    script.chmod(0o755)
    folder.joinpath("screenrc").write_text("startup_message off\n")  # it would take the first block for its pages
    return MULTIPLEXERS[name][at].format(folder=folder, script=script)


@pytest.mark.parametrize("name", MULTIPLEXERS)
def test_the_session_of_a_multiplexer_ends_with_the_run(
    make_scenario: MakeScenario, run_here: RunHere, tmp_path: Path, name: str
) -> None:
    start = multiplexer(name, 0, tmp_path)
    page = exec_block(start) + exec_block("until [ -s ~/pid ]; do sleep 0.02; done")
    assert {each.outcome for each in run_here(make_scenario(page)).values()} == {"passed"}
    pid = int((tmp_path / "w" / "home" / "pid").read_text())
    assert processes.start_time(pid) is None


@pytest.mark.parametrize("name", MULTIPLEXERS)
def test_blocks_are_typed_into_the_shell_of_a_multiplexer(
    make_scenario: MakeScenario, run_here: RunHere, tmp_path: Path, name: str
) -> None:
    commands = (multiplexer(name, 1, tmp_path), "touch ~/inside", "exit", "test -e ~/inside")
    results = run_here(make_scenario("".join(map(exec_block, commands))))
    assert [each.outcome for each in results.values()] == ["passed", "typed", "typed", "passed"]


def test_a_stopped_block_is_told_which_set_up_still_runs(
    make_scenario: MakeScenario, run_here: RunHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(items, "BACKGROUND_WAIT", 0.1)
    pages = {"text": "i", "background": "sleep 600"}
    wait = exec_block("sleep 600", "timeout=0.2")
    failed = run_here(make_scenario(wait, intro=pages))["step1-1"]
    assert failed.reason.splitlines()[1] == "intro-background.sh (background script of intro) is still running."


def test_failure_report_for_people(make_scenario: MakeScenario, handrail: Handrail) -> None:
    root = make_scenario(
        {"text": exec_block("echo some; echo output\n(exit 3)"), "verify": "echo 'Why not.'; exit 1"},
        intro={"text": "i", "background": "echo no network; exit 4", "foreground": "sleep 0.3"},
    )
    run = handrail(root)
    assert run.status == 1
    for expected in (
        "step1-1 (step1.md:1) ended with status 3", "| (exit 3)", "| output", "The check says: Why not.",
        "The background script of intro ended with status 4", "no network", "all of it: ", "Failed:", "1 not run",
    ):  # fmt: skip
        assert expected in run.out, run.out


def test_marks_allow_failure_and_skip(make_scenario: MakeScenario, handrail: Handrail) -> None:
    page = exec_block("(exit 3)", "expect=3") + exec_block("(exit 9)", "expect=any")
    page += exec_block("false", 'skip="needs a GPU"')
    run = handrail(make_scenario(page), "--format", "json")
    assert run.status == 0
    assert run.outcomes() == {"step1-1": "passed", "step1-2": "passed", "step1-3": "skipped"}
    assert run.results()["step1-3"]["reason"] == "needs a GPU"


def test_a_command_that_fails_before_the_last_one_fails_its_block(
    make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path
) -> None:
    failing = "cd no-such-folder\ntouch leaf"
    root = make_scenario({"text": exec_block(failing) + exec_block("true\ntrue"), "verify": GOOD["verify"]})
    run = handrail(root)
    assert run.status == 1
    assert "command 1 of 2 (cd no-such-folder) ended with status 1; if that is meant:" in run.out
    assert "`<!-- handrail: expect=0 -->` above the block" in run.out

    told = "command 1 of 2 (cd no-such-folder) ended with status 1"
    for mark in ("expect=0", "expect=any"):
        root = make_scenario({"text": exec_block(failing, mark), "verify": GOOD["verify"]})
        run = handrail(root, "--junit", str(tmp_path / "junit.xml"))
        assert run.status == 0, run.out
        assert f"    {told}\n" in run.out
        assert told in (tmp_path / "junit.xml").read_text()


def test_of_a_block_that_fails_every_command_is_told(make_scenario: MakeScenario, handrail: Handrail) -> None:
    root = make_scenario({"text": exec_block("(exit 2)\ntrue\n(exit 3)"), "verify": "false"})
    reason = handrail(root, "--format", "json").results()["step1-1"]["reason"]
    assert reason.startswith(
        "ended with status 3 (and command 1 of 3 ((exit 2)) ended with status 2); if that is meant: "
        "`<!-- handrail: expect=3 -->`"
    )
