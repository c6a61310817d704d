"""`handrail test`, run as a user runs it, on small scenarios with every way to go wrong."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from handrail.runner import items, runner
from handrail.runner.events import Event, ItemEnded, Result
from handrail.runtime.workspace import Workspace
from handrail.scenario.reader import load
from handrail.session import long_running
from handrail.session.session import Session
from handrail.terminal import processes

from ....waiting import PATIENCE, number_in

MakeScenario = Callable[..., Path]
GOOD = {"text": "```\ntouch leaf\n```{{exec}}\n", "verify": "test -e ~/leaf || { echo 'No leaf.'; exit 1; }"}


class Run:
    """What a run printed and how it ended."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    def results(self) -> dict[str, dict[str, Any]]:
        """The item-end events by id, of a run with --format json."""
        events = [json.loads(line) for line in self.out.splitlines()]
        return {event["id"]: event for event in events if event["event"] == "item-end"}

    def outcomes(self) -> dict[str, str]:
        return {name: result["outcome"] for name, result in self.results().items()}


Handrail = Callable[..., Run]


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    def start(root: Path, *arguments: str, **env: str) -> subprocess.Popen[str]:
        outer = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), **env}
        return subprocess.Popen(
            [sys.executable, "-m", "handrail", "test", str(root), *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=outer,
        )  # fmt: skip

    return start


@pytest.fixture
def handrail(command: Callable[..., subprocess.Popen[str]]) -> Handrail:
    def run(root: Path, *arguments: str, **env: str) -> Run:
        process = command(root, "--host", *arguments, **env)
        out, err = process.communicate(timeout=PATIENCE)
        return Run(process.returncode, out, err)

    return run


RunHere = Callable[..., dict[str, Result]]


@pytest.fixture
def run_here(tmp_path: Path) -> RunHere:
    """Run a scenario in this process, where times can be made short: the results by the items' ids."""

    def run(root: Path, *, keep_going: bool = False) -> dict[str, Result]:
        events: list[Event] = []

        async def scene() -> None:
            workspace = Workspace.open(tmp_path / "w")
            scenario = load(root)
            try:
                await runner.Runner(Session(scenario, workspace), events.append, keep_going=keep_going).run()
            finally:
                workspace.close()

        asyncio.run(scene())
        return {event.item.id: event.result for event in events if isinstance(event, ItemEnded)}

    return run


def exec_block(text: str, mark: str = "") -> str:
    return (f"<!-- handrail: {mark} -->\n" if mark else "") + f"```\n{text}\n```{{{{exec}}}}\n\n"


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


def test_programs_that_run_on_are_left_until_interrupted(make_scenario: MakeScenario, handrail: Handrail) -> None:
    page = exec_block("echo up; sleep 600") + "```\necho up > in-first\n```{{exec interrupt}}\n\n"
    page += "```\ntouch ~/second; sleep 600\n```{{exec T2}}\n\n" + exec_block("test -e ~/second")
    run = handrail(make_scenario(page), "--format", "json")
    assert run.status == 0, run.out
    assert run.results()["step1-1"]["reason"] == "left running"


def test_a_program_that_was_left_running_is_not_stopped_for_its_silence(
    make_scenario: MakeScenario, run_here: RunHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_running, "SETTLED_AFTER", 0.1)
    page = "```\necho $$ > ~/shell; exec sleep 600\n```{{exec T2}}\n\n"
    page += exec_block("for i in {1..20}; do echo $i; read -t 0.1 <> <(:); done; kill -0 $(cat ~/shell)")
    results = run_here(make_scenario(page, handrail={"limits": {"quiet": 1.5}}))
    assert results["step1-1"].reason == "left running"
    assert results["step1-2"].outcome == "passed", results["step1-2"]


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


def test_a_block_that_ctrl_c_cannot_make_way_for_fails(
    make_scenario: MakeScenario, run_here: RunHere, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(long_running, "is_settled", lambda *_: (tmp_path / "w" / "home" / "deaf").exists())
    page = exec_block("bash -c 'trap \"\" INT; touch ~/deaf; while :; do read -t 0.1 <> <(:); done'")
    page += "<!-- handrail: timeout=0.3 -->\n```\nrm app.js\n```{{exec interrupt}}\n"
    results = run_here(make_scenario(page))
    assert results["step1-1"].reason == "left running"
    assert results["step1-2"].outcome == "failed"
    assert results["step1-2"].reason.startswith("was not run: Ctrl-C did not end `bash -c 'trap")
    assert "{{execute T2}}" in results["step1-2"].reason


def test_text_is_typed_into_a_program_that_reads_keys(make_scenario: MakeScenario, handrail: Handrail) -> None:
    page = exec_block("bash --norc --noprofile -c 'while read -e -r line; do echo \"$line\" >>~/lines; done'")
    page += exec_block("one\ntwo") + exec_block("sleep 0.3; test -s ~/lines", "") .replace("exec", "exec T2")
    root = make_scenario({"text": page, "verify": "[ \"$(cat ~/lines)\" = $'one\\ntwo' ]"})
    run = handrail(root, "--format", "json")
    assert run.status == 0, run.out


PAGER = "seq 500 | less"
COMMIT = "git -c user.name=a -c user.email=a@b commit -q --allow-empty -m message"
GIT_LOG = f"git init -q . && for i in $(seq 40); do {COMMIT}; done; git log"


@pytest.mark.parametrize(
    ("opens", "title"),
    [
        pytest.param(GIT_LOG, "git init", id="a pager without a screen of its own"),
        pytest.param(PAGER, PAGER, id="a pager"),
        pytest.param("seq 500 >f; more f", "seq 500 >f; more f", id="more"),
        pytest.param(
            "vim -u NONE new", "vim -u NONE new", id="an editor",
            marks=pytest.mark.skipif(shutil.which("vim") is None, reason="there is no vim here"),
        ),
    ],
)
def test_commands_typed_into_a_pager_have_not_passed(
    make_scenario: MakeScenario, run_here: RunHere, monkeypatch: pytest.MonkeyPatch, opens: str, title: str
) -> None:
    monkeypatch.setattr(long_running, "SETTLED_AFTER", 0.5)
    root = make_scenario(exec_block(opens), exec_block("false") + exec_block("touch ~/made"))
    results = run_here(root, keep_going=True)
    assert [result.outcome for result in results.values()] == ["passed", "failed", "failed"]
    assert results["step2-1"].reason.startswith(f"was typed into `{title}")
    assert "`<!-- handrail: expect=typed -->` above the block" in results["step2-1"].reason


@pytest.mark.parametrize(
    "leave",
    [
        pytest.param(exec_block("q"), id="a key"),
        pytest.param("`q`{{exec no-newline}}\n\n", id="a key without Enter"),
        pytest.param("`^C`{{exec ctrl-seq}}\n\n" + exec_block("q"), id="Ctrl-C"),
        pytest.param(exec_block("/77") + exec_block("q"), id="a search"),
        pytest.param(exec_block("jjjq", "expect=typed"), id="what the page says is meant"),
    ],
)
def test_what_is_meant_for_a_pager_may_be_typed_into_it(
    make_scenario: MakeScenario, run_here: RunHere, monkeypatch: pytest.MonkeyPatch, leave: str
) -> None:
    # Not by the clock: on a busy machine, Ctrl-C would come before the pager. It is there when it shows its colon.
    monkeypatch.setattr(long_running, "is_settled", lambda shell, _: b"\n:" in shell.output())
    results = run_here(make_scenario(exec_block(PAGER) + leave + exec_block("(exit 3)", "expect=3")))
    first, *typed, last = [result.outcome for result in results.values()]
    assert (first, last) == ("passed", "passed"), results
    assert set(typed) == {"typed"}, results


def test_blocks_after_a_repl_are_run_and_their_status_counts(
    make_scenario: MakeScenario, run_here: RunHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_running, "SETTLED_AFTER", 0.5)
    blocks = ("python3", "1+1", "exit()", "false", "no-such-command", "touch ~/last")
    results = run_here(make_scenario("".join(map(exec_block, blocks))), keep_going=True)
    assert [each.outcome for each in results.values()] == ["passed", "typed", "typed", "failed", "failed", "passed"]
    assert results["step1-2"].reason == "typed into `python3`"
    assert results["step1-5"].reason.endswith("`<!-- handrail: expect=127 -->` above the block")


def test_a_shell_without_marks_is_typed_into(
    make_scenario: MakeScenario, run_here: RunHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_running, "SETTLED_AFTER", 0.5)
    blocks = ("env -i PATH=$PATH HOME=$HOME sh", "touch ~/made", "exit", "test -e ~/made")
    results = run_here(make_scenario("".join(map(exec_block, blocks))))
    assert [each.outcome for each in results.values()] == ["passed", "typed", "typed", "passed"]


def test_a_command_that_asks_a_question_is_not_left_to_the_next_block(
    make_scenario: MakeScenario, run_here: RunHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_running, "SETTLED_AFTER", 0.1)
    page = exec_block("read -r -p 'Go on? [Y/n] ' answer") + exec_block("touch ~/next")
    results = run_here(make_scenario(page, handrail={"limits": {"quiet": 0.5}}))
    assert [result.outcome for result in results.values()] == ["failed"]


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


def test_a_run_that_stops_at_ctrl_c_cleans_up(
    make_scenario: MakeScenario, command: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    root = make_scenario(
        exec_block("echo $$ > ~/pid; sleep 600"), files={"clean.sh": f"touch {tmp_path}/cleaned"},
        handrail={"cleanup": "clean.sh"},
    )  # fmt: skip
    process = command(root, "--host", "--workspace", str(tmp_path / "w"))
    shell = number_in(tmp_path / "w/home/pid")
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "Interrupted" in out
    assert tmp_path.joinpath("cleaned").exists()
    assert processes.start_time(shell) is None


def test_second_ctrl_c_cuts_the_clean_up_short(
    make_scenario: MakeScenario, command: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    root = make_scenario(
        exec_block("echo $$ > ~/pid; sleep 600"), files={"clean.sh": f"echo $$ > {tmp_path}/cleaner; sleep 600"},
        handrail={"cleanup": "clean.sh"},
    )  # fmt: skip
    process = command(root, "--host", "--workspace", str(tmp_path / "w"))
    number_in(tmp_path / "w/home/pid")
    process.send_signal(signal.SIGINT)
    cleaner = number_in(tmp_path / "cleaner")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert processes.start_time(cleaner) is None


def test_after_a_killed_run_the_next_one_cleans_up_first(
    make_scenario: MakeScenario, command: Callable[..., subprocess.Popen[str]], handrail: Handrail, tmp_path: Path
) -> None:
    text = exec_block("echo $$ > ~/pid; test -e ~/../../go || sleep 600")
    root = make_scenario(
        text, files={"clean.sh": f"echo >> {tmp_path}/cleaned"}, handrail={"cleanup": "clean.sh"}
    )
    process = command(root, "--host", "--workspace", str(tmp_path / "w"))
    shell = number_in(tmp_path / "w/home/pid")
    process.kill()
    process.communicate()
    tmp_path.joinpath("go").touch()
    run = handrail(root, "--workspace", str(tmp_path / "w"))
    assert run.status == 0, run.out + run.err
    assert "cut short: cleaning up after it" in run.err
    assert tmp_path.joinpath("cleaned").read_text() == "\n\n"
    assert processes.start_time(shell) is None


def test_second_run_in_one_workspace_is_refused(
    make_scenario: MakeScenario, command: Callable[..., subprocess.Popen[str]], handrail: Handrail, tmp_path: Path
) -> None:
    root = make_scenario(exec_block("echo $$ > ~/pid; sleep 600"))
    first = command(root, "--host", "--workspace", str(tmp_path / "w"))
    number_in(tmp_path / "w/home/pid")
    run = handrail(root, "--workspace", str(tmp_path / "w"))
    assert run.status == 2
    assert f"in use by process {first.pid}" in run.err
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=PATIENCE)


@pytest.mark.parametrize(
    ("index", "sentence"),
    [
        ('{"title": "x",}', "comma"),
        (None, "no index.json"),
    ],
)
def test_a_broken_scenario_is_refused_in_a_sentence(
    tmp_path: Path, handrail: Handrail, index: str | None, sentence: str
) -> None:
    root = tmp_path / "s"
    root.mkdir()
    if index is not None:
        root.joinpath("index.json").write_text(index)
    run = handrail(root)
    assert (run.status, run.out) == (2, "")
    assert sentence in run.err
    assert "Traceback" not in run.err


def test_a_missing_script_is_a_problem_before_anything_runs(make_scenario: MakeScenario, handrail: Handrail) -> None:
    root = make_scenario({"text": exec_block("true"), "verify": "true"})
    root.joinpath("step1-verify.sh").unlink()
    run = handrail(root)
    assert run.status == 2
    assert "step1-verify.sh does not exist" in run.err


def test_old_bash_is_refused(make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path) -> None:
    old = tmp_path / "bin" / "bash"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'GNU bash, version 4.4.20(1)-release'\n")
    old.chmod(0o755)
    run = handrail(make_scenario(GOOD), PATH=f"{old.parent}:{os.environ['PATH']}")
    assert run.status == 2
    assert "is bash 4.4" in run.err
    assert "install it" in run.err


def test_workspace_that_cannot_be_written(make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path) -> None:
    tmp_path.joinpath("file").write_text("")
    run = handrail(make_scenario(GOOD), "--workspace", str(tmp_path / "file" / "w"))
    assert run.status == 2
    assert "cannot be written" in run.err


def test_a_report_that_cannot_be_written_is_said_before_the_run(
    make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path
) -> None:
    root = make_scenario(exec_block(f"touch {tmp_path}/ran"))
    run = handrail(root, "--junit", str(root / "index.json" / "junit.xml"))
    assert run.status == 2
    assert "index.json" in run.err
    assert "Traceback" not in run.err
    assert not tmp_path.joinpath("ran").exists()


@pytest.mark.parametrize("option", ["--junit", "--cast", "--log"])
def test_a_report_that_is_something_else_is_said_in_a_sentence(
    make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path, option: str
) -> None:
    target = tmp_path / "other"
    target.write_text("") if option == "--log" else target.mkdir()
    run = handrail(make_scenario(GOOD), option, str(target))
    assert run.status == 2
    assert run.err.splitlines()[-1].startswith(f"handrail: {target}: ")
    assert "Traceback" not in run.err


def test_a_report_that_cannot_be_written_at_the_end_is_said(
    make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path
) -> None:
    report = tmp_path / "junit.xml"
    run = handrail(make_scenario(exec_block(f"rm {report}; mkdir {report}")), "--junit", str(report))
    assert run.status == 2
    assert run.err.splitlines()[-1] == f"handrail: {report}: Is a directory."
    assert "Passed: 1 passed" in run.out


def test_a_folder_that_is_no_workspace_is_left_alone(
    make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path
) -> None:
    root = make_scenario(GOOD)
    (root / "scripts").mkdir()
    (root / "scripts" / "mine.sh").write_text("")
    before = sorted(root.rglob("*"))
    run = handrail(root, "--workspace", str(root))
    assert run.status == 2
    assert "name a new or empty folder with --workspace" in run.err
    assert sorted(root.rglob("*")) == before


def test_logs_of_others_are_left_alone(make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path) -> None:
    for name in ("build.log", "check-gone.log"):
        (tmp_path / name).write_text("")
    assert handrail(make_scenario(GOOD), "--log", str(tmp_path)).status == 0
    assert {path.name for path in tmp_path.glob("*.log")} >= {"build.log", "check-step1.log", "terminal-T1.log"}
    assert not (tmp_path / "check-gone.log").exists()


def test_a_reader_that_goes_away_ends_the_run_with_its_clean_up(
    make_scenario: MakeScenario, command: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    root = make_scenario(
        exec_block("echo $$ > ~/pid; sleep 0.5") + exec_block("touch ~/next; sleep 600"),
        files={"clean.sh": f"touch {tmp_path}/cleaned"}, handrail={"cleanup": "clean.sh"},
    )  # fmt: skip
    process = command(root, "--host", "--workspace", str(tmp_path / "w"), "--format", "json")
    number_in(tmp_path / "w/home/pid")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(PATIENCE) == 130
    assert "Traceback" not in err
    assert tmp_path.joinpath("cleaned").exists()


def test_questions_are_answered_wrongly_then_rightly(make_scenario: MakeScenario, run_here: RunHere) -> None:
    page = ">>right<<\n( ) w\n(*) r\n\n>>nobody can<<\n( ) w\n( ) w2\n\n>>anybody can<<\n(*) r\n"
    results = run_here(make_scenario({**GOOD, "text": GOOD["text"] + page}), keep_going=True)
    assert list(results) == ["step1/check-before", "step1-1", "step1-q1", "step1-q2", "step1-q3", "step1/check-after"]
    assert {name: each.outcome for name, each in results.items() if "-q" in name} == {
        "step1-q1": "passed", "step1-q2": "failed", "step1-q3": "failed",
    }  # fmt: skip
    assert "no answer that a learner can give is right" in results["step1-q2"].reason
    assert "every answer passes" in results["step1-q3"].reason
