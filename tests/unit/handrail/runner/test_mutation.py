"""`handrail test --mutate`: which blocks nobody would miss."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handrail.runner.mutants import Mutant
from handrail.runner.mutation import MutantRun
from handrail.runner.plan import Item
from handrail.runner.reports import drawing
from handrail.runner.reports.mutation import PrettyMutation
from handrail.runner.selection import Chosen

from ....waiting import PATIENCE
from ..conftest import MakeScenario

Mutate = Callable[..., tuple[int, str, str]]
FENCE = "```\n{}\n```{{{{exec}}}}\n\n"


@pytest.fixture
def mutate(tmp_path: Path) -> Mutate:
    def run(root: Path, *words: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "handrail", "test", "--host", "--mutate", str(root), *words], text=True,
            env={**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}, capture_output=True, check=False,
            stdin=subprocess.DEVNULL, timeout=PATIENCE,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    return run


def noticed(out: str) -> dict[tuple[str, str], str]:
    """What noticed each mutant, by the block's id and what was done to it."""
    events: list[dict[str, Any]] = [json.loads(line) for line in out.splitlines()]
    return {(each["id"], each["change"]): each["noticed_by"] for each in events if each["event"] == "mutant"}


def blocks(*commands: str) -> str:
    return "".join(FENCE.format(each) for each in commands)


def test_each_mutant_is_told_with_what_noticed_it(make_scenario: MakeScenario, mutate: Mutate) -> None:
    file = '<pre class="file" data-filename="poem" data-target="replace">one\ntwo\n</pre>\n\n'
    looks = "<!-- handrail: mutate=no -->\n" + blocks("bash -c ls")
    text = blocks("touch leaf", "cat leaf", "touch nobody-asks") + looks + file
    status, out, _ = mutate(make_scenario({"text": text, "verify": "grep one ~/poem"}), "--format", "json")
    assert status == 1
    assert noticed(out) == {
        ("step1-1", "left out"): "step1-2",
        ("step1-3", "left out"): "",
        ("step1-5", "left out"): "step1/check-after",
        ("step1-5", "without its last line"): "",
    }


def test_a_scenario_whose_blocks_are_all_guarded_passes(make_scenario: MakeScenario, mutate: Mutate) -> None:
    root = make_scenario({"text": blocks("touch leaf"), "verify": "test -e ~/leaf"})
    status, out, err = mutate(root)
    assert status == 0
    assert err.count("runs on this machine") == 1
    assert "noticed by step1/check-after" in out
    assert "1 of 1 mutants noticed" in out


def test_a_block_that_nothing_guards_is_named_with_what_to_do(make_scenario: MakeScenario, mutate: Mutate) -> None:
    root = make_scenario({"text": blocks("touch leaf", "touch twig"), "verify": "test -e ~/leaf"})
    status, out, _ = mutate(root)
    assert status == 1
    assert "nothing notices (step1.md:5)" in out
    assert "`<!-- handrail: mutate=no -->`" in out


def test_a_scenario_that_fails_as_it_stands_is_not_mutated(make_scenario: MakeScenario, mutate: Mutate) -> None:
    status, out, _ = mutate(make_scenario({"text": blocks("false"), "verify": "false"}), "--format", "json")
    assert status == 1
    assert noticed(out) == {}
    assert "fails as it stands: step1-1" in out


def test_a_block_that_is_wrongly_marked_as_only_looking_is_found(make_scenario: MakeScenario, mutate: Mutate) -> None:
    text = "<!-- handrail: mutate=no -->\n" + blocks("touch leaf") + blocks("touch twig")
    root = make_scenario({"text": text, "verify": "test -e ~/leaf && test -e ~/twig"})
    status, out, _ = mutate(root, "--format", "json")
    assert (status, noticed(out)) == (1, {})
    assert "fails without its blocks that are marked mutate=no: step1/check-after" in out


def test_with_a_revision_only_blocks_on_changed_lines_count(make_scenario: MakeScenario, mutate: Mutate) -> None:
    root = make_scenario({"text": blocks("touch leaf", "touch twig"), "verify": "test -e ~/leaf"})
    git = ["git", "-C", str(root), "-c", "user.name=test", "-c", "user.email="]
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "Begin"]):
        subprocess.run([*git, *words], check=True)
    (root / "step1.md").write_text(blocks("touch leaf", "touch bough"))
    status, out, _ = mutate(root, "--changed-since", "HEAD", "--format", "json")
    assert status == 1
    assert noticed(out) == {("step1-2", "left out"): ""}
    (root / "step1-verify.sh").write_text("test -e ~/leaf && test -e ~/bough")
    status, out, _ = mutate(root, "--changed-since", "HEAD", "--format", "json")
    assert noticed(out) == {(f"step1-{number}", "left out"): "step1/check-after" for number in (1, 2)}
    assert status == 0


STEPS = (
    {"text": blocks("touch leaf", "touch twig"), "verify": "test -e ~/leaf"},
    {"text": blocks("touch bough"), "verify": "test -e ~/bough"},
    {"text": blocks("rm twig"), "verify": "! test -e ~/twig"},
)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # Pages before it are not judged again: their checks are the same as in the run as it stands.
        (["--from", "step2"], {"step2-1": "step2/check-after", "step3-1": "step3/check-after"}),
        (["--until", "step1"], {"step1-1": "step1/check-after", "step1-2": ""}),
        (["--only", "step1-2"], {"step1-2": "step3/check-before"}),
    ],
)
def test_of_a_part_only_its_own_blocks_are_left_out(
    make_scenario: MakeScenario, mutate: Mutate, words: list[str], expected: dict[str, str]
) -> None:
    status, out, err = mutate(make_scenario(*STEPS), *words, "--format", "json")
    assert noticed(out) == {(name, "left out"): found for name, found in expected.items()}, err
    assert status == (1 if "" in expected.values() else 0)


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        ("step1-9", "--only step1-9: there is no such block. step1 has step1-1, step1-2."),
        ("step1-2", "--only step1-2: it only looks, or is skipped, so it is not left out."),
    ],
)
def test_a_block_that_cannot_be_left_out_is_named(
    make_scenario: MakeScenario, mutate: Mutate, block: str, sentence: str
) -> None:
    root = make_scenario({"text": blocks("touch leaf", "ls"), "verify": "test -e ~/leaf"})
    status, out, _ = mutate(root, "--only", block)
    assert (status, sentence in out) == (2, True), out


def test_what_comes_before_a_mutant_is_not_judged_again(
    make_scenario: MakeScenario, mutate: Mutate, tmp_path: Path
) -> None:
    judged = tmp_path / "judged"
    step1 = {"text": blocks("ls"), "verify": f"echo >> {judged}; test $(wc -l < {judged}) -gt 1"}
    status, out, _ = mutate(make_scenario(step1, {"text": blocks("touch leaf"), "verify": "test -e ~/leaf"}))
    assert (status, "1 of 1 mutants noticed" in out) == (0, True), out
    # Before and after its commands, and once more before the last page, in the run as it stands.
    assert len(judged.read_text()) == 3


def test_what_makes_no_sense_beside_it_is_refused(make_scenario: MakeScenario, mutate: Mutate) -> None:
    status, _, err = mutate(make_scenario("x"), "--repeat", "2", "--format", "tap")
    assert status == 2
    assert "--mutate goes without --format tap and --repeat" in err


def test_what_goes_on_names_the_mutant_that_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(drawing, "STILL_EVERY", 0.0)
    out, chosen = io.StringIO(), Chosen("a", tmp_path, None)
    report = PrettyMutation(out, colour=False, live=True)
    report.begun(chosen, 2)
    report.tick()
    mutant = Mutant(Item("step1-1", "step1", "block", "ls", "step1.md:1"), "left out")
    report.mutated(chosen, MutantRun(mutant, "", "", 0.1))
    report.tick()
    assert re.findall(r"a, mutant \d of \d", out.getvalue()) == ["a, mutant 1 of 2", "a, mutant 2 of 2"]
