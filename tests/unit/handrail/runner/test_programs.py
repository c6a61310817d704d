"""Blocks that are typed into programs: pagers, REPLs, other shells, and what is left running."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from handrail.session import long_running

from ..conftest import MakeScenario
from .conftest import Handrail, RunHere, exec_block


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
    ("opens", "title", "shown"),
    [
        pytest.param(GIT_LOG, "git init", b"\n:", id="a pager without a screen of its own"),
        pytest.param(PAGER, PAGER, b"\n:", id="a pager"),
        pytest.param("seq 500 >f; more f", "seq 500 >f; more f", b"More--", id="more"),
        pytest.param(
            "vim -u NONE new", "vim -u NONE new", b"[New", id="an editor",
            marks=pytest.mark.skipif(shutil.which("vim") is None, reason="there is no vim here"),
        ),
    ],
)
def test_commands_typed_into_a_pager_have_not_passed(
    make_scenario: MakeScenario, run_here: RunHere, monkeypatch: pytest.MonkeyPatch,
    opens: str, title: str, shown: bytes,
) -> None:
    # Not by the clock: on a busy machine, the next command would come before the program. `shown`: what it shows when
    # it is there.
    monkeypatch.setattr(long_running, "is_settled", lambda shell, _: shown in shell.output())
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
