"""Each command of a block has a status of its own, told by the shell's marks."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from handrail.terminal.command_statuses import Command, CommandStatuses
from handrail.terminal.shell_marks import Mark
from handrail.terminal.shell_states import AtPrompt
from handrail.terminal.terminal import Terminal

from ....waiting import PATIENCE, until_soon


def run(env: dict[str, str], home: Path, *blocks: str) -> list[tuple[Command, ...]]:
    async def drive() -> list[tuple[Command, ...]]:
        terminal = await Terminal.open("T1", env=env, cwd=home)
        try:
            return [(await terminal.run(block, timeout=PATIENCE)).commands for block in blocks]
        finally:
            await terminal.close()

    return asyncio.run(drive())


@pytest.mark.parametrize(
    ("block", "commands"),
    [
        pytest.param("false\ntrue", [(1, "false"), (0, "true")], id="the first fails"),
        pytest.param("# why\n\n(exit 3)\n\n# so\ntrue\n", [(3, "(exit 3)"), (0, "true")], id="comments, empty lines"),
        pytest.param("cat <<E >f\na\nE\nfalse\ntrue", [(0, "cat <<E >f …"), (1, "false"), (0, "true")], id="document"),
        pytest.param("for i in 1 2; do\n  false\ndone\ntrue", [(1, "for i in 1 2; do …"), (0, "true")], id="loop"),
        pytest.param("false \\\n  a\ntrue", [(1, "false \\ …"), (0, "true")], id="line that goes on"),
        pytest.param("false; true\ntrue", [(0, "false; true"), (0, "true")], id="one line is one command"),
        pytest.param("(exit 2)", [(2, "(exit 2)")], id="a single one"),
        pytest.param("# nothing", [], id="none"),
        pytest.param("set -u; unset LINENO\nfalse\ntrue", [(0, ""), (1, ""), (0, "")], id="no LINENO"),
        pytest.param("LINENO=900\nfalse\ntrue", [(0, "LINENO=900"), (1, "false"), (0, "true")], id="LINENO"),
        pytest.param("false\nPROMPT_COMMAND=; PS1='$ '", [(1, "false"), (0, "PROMPT_COMMAND=; PS1='$ '")], id="marks"),
        pytest.param(f"true {'x' * 99}\ntrue", [(0, f"true {'x' * 75} …"), (0, "true")], id="long"),
    ],
)  # fmt: skip
def test_commands_of_a_block(
    shell_env: dict[str, str], home: Path, block: str, commands: list[tuple[int, str]]
) -> None:
    # A block before it, so that lines are not the shell's first.
    _, found = run(shell_env, home, "true\n# and\ntrue\n\n", block)
    assert found == tuple(Command(*each) for each in commands)


@pytest.mark.parametrize("inner", ["bash", "exec bash", "bash --norc"])
def test_a_shell_in_the_shell_tells_them_too(shell_env: dict[str, str], home: Path, inner: str) -> None:
    *_, found = run(shell_env, home, "true\ntrue", inner, "(exit 4)\ntrue")
    assert found == (Command(4, "(exit 4)"), Command(0, "true"))


def test_what_was_typed_by_hand_before_is_no_part_of_the_block(shell_env: dict[str, str], home: Path) -> None:
    async def drive() -> tuple[Command, ...]:
        terminal = await Terminal.open("T1", env=shell_env, cwd=home)
        try:
            await terminal.wait_prompt(PATIENCE)
            for keys in (b"false\r", b"\r", b"touch typed\r", b"half"):
                terminal.write(keys)
            await until_soon(lambda: terminal.state == AtPrompt(2))
            assert (home / "typed").exists()
            return (await terminal.run("(exit 5)\ntrue", timeout=PATIENCE)).commands
        finally:
            await terminal.close()

    assert asyncio.run(drive()) == (Command(5, "(exit 5)"), Command(0, "true"))


def test_the_prompt_drawn_again_around_a_paste_changes_nothing() -> None:
    statuses = CommandStatuses()
    statuses.feed(Mark("B", 0, 7))
    statuses.begin("false\ntrue")
    for mark in (Mark("B", 0, 9), Mark("C", 0, 8), Mark("C", 1, 9)):
        statuses.feed(mark)
    assert statuses.end(0) == (Command(1, "false"), Command(0, "true"))
