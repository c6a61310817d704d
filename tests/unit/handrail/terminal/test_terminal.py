"""A terminal runs blocks in a real bash and knows how each of them ended."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from handrail.terminal import processes, replay
from handrail.terminal.block_run import CommandResult
from handrail.terminal.pty_process import ShellError
from handrail.terminal.shell_states import AtPrompt, Ended, Exited, Running, State
from handrail.terminal.terminal import Terminal

from ....waiting import PATIENCE, until_soon


class World:
    """Opens terminals in one home folder, and closes them after the test."""

    def __init__(self, env: dict[str, str], home: Path) -> None:
        self.env, self.home = env, home
        self.events: list[State] = []

    @asynccontextmanager
    async def terminal(self, **options: object) -> AsyncIterator[Terminal]:
        terminal = await Terminal.open("T1", env=self.env, cwd=self.home, on_event=self.events.append, **options)  # type: ignore[arg-type]
        try:
            yield terminal
        finally:
            await terminal.close()

    def run(self, *blocks: str, timeout: float | None = PATIENCE) -> list[CommandResult]:
        """Run the blocks one after the other in one terminal."""

        async def drive() -> list[CommandResult]:
            async with self.terminal() as terminal:
                return [await terminal.run(block, timeout=timeout) for block in blocks]

        return asyncio.run(drive())

    def drive(self, scene: Callable[[Terminal], Awaitable[None]]) -> None:
        async def play() -> None:
            async with self.terminal() as terminal:
                await scene(terminal)

        asyncio.run(play())


@pytest.fixture
def world(shell_env: dict[str, str], home: Path) -> World:
    return World(shell_env, home)


@pytest.mark.parametrize(
    ("block", "status"),
    [
        pytest.param("true", 0, id="success"),
        pytest.param("false", 1, id="failure"),
        pytest.param("false\ntrue", 0, id="the last command counts"),
        pytest.param("# nothing but a comment", 0, id="comment"),
        pytest.param("", 0, id="empty"),
        pytest.param("(kill -TERM $BASHPID)", 143, id="ended by a signal"),
        pytest.param("no-such-command-here", 127, id="unknown command"),
        pytest.param("(exit 3) | cat; exec >out 2>&1; (exit 4)", 4, id="stdout and stderr redirected"),
        pytest.param("PROMPT_COMMAND='true'; (exit 5)", 5, id="own PROMPT_COMMAND"),
        pytest.param("PROMPT_COMMAND='true'; PS1='> '; (exit 6)", 6, id="own PROMPT_COMMAND and PS1"),
        pytest.param("unset PROMPT_COMMAND PS0 PS1; (exit 7)", 7, id="prompt variables unset"),
        pytest.param("set -u -x; (exit 8)", 8, id="set -u -x"),
        pytest.param("clear; (exit 9)", 9, id="clear"),
    ],
)
def test_status_is_that_of_the_last_command(world: World, block: str, status: int) -> None:
    first, second = world.run(block, "(exit 42)")
    assert (first.status, first.ended) == (status, "prompt")
    assert (second.status, second.ended) == (42, "prompt"), "the terminal is lost for the next block"


@pytest.mark.parametrize("inner", ["bash", "exec bash", "exec bash --norc"])
def test_a_bash_in_the_terminal_keeps_the_marks(world: World, inner: str) -> None:
    results = world.run(inner, "(exit 3)")
    assert [(each.status, each.ended) for each in results] == [(0, "prompt"), (3, "prompt")]


@pytest.mark.skipif(shutil.which("script") is None, reason="nothing here can stand for a container's client")
def test_a_repl_in_a_container_is_not_typed_into(world: World, home: Path) -> None:
    """Its client has the terminal whatever runs inside, and readline asks for bracketed pastes as the shell does."""
    client = ["script", "-q", "-c", 'exec bash --noprofile --rcfile "$HANDRAIL_RC" -i', "/dev/null"]
    repl = "printf '\\e[?2004h>>> '; while read -r line; do echo \"$line\" >>lines; done"

    async def play() -> None:
        async with world.terminal(command=client) as terminal:
            block = asyncio.create_task(terminal.run(repl))
            await until_soon(lambda: b"\x1b[?2004h>>> " in terminal.output())
            await asyncio.sleep(1)
            terminal.type("mine")
            await until_soon(home.joinpath("lines").exists)
            assert home.joinpath("lines").read_text() == "mine\n"
            terminal.write(b"\x04")
            assert (await asyncio.wait_for(block, PATIENCE)).ended == "prompt"

    asyncio.run(play())


def test_learners_own_bashrc_is_read(world: World, home: Path) -> None:
    home.joinpath(".bashrc").write_text("PS1='mine> '\nPROMPT_COMMAND=('echo one >>seen' 'echo two >>seen')\n")
    (result,) = world.run("(exit 3)")
    assert result.status == 3
    assert home.joinpath("seen").read_text().startswith("one\ntwo\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\ttab\t and trailing blanks  \n\tsecond", id="tabs"),
        pytest.param("wow! !! !$ $HOME `x` \\ 'q' \"d\"", id="shell characters"),
        pytest.param("ä € 漢字 🙂", id="unicode"),
        pytest.param("\n".join(f"line {number} " + "x" * 90 for number in range(400)), id="40 kB"),
        pytest.param("x" * 9000, id="one long line"),
    ],
)
def test_heredoc_arrives_exactly(world: World, home: Path, text: str) -> None:
    (result,) = world.run(f"cat > file <<'STOP'\n{text}\nSTOP")
    assert result.status == 0
    assert home.joinpath("file").read_text() == text + "\n"


def test_a_program_that_reads_does_not_eat_the_next_line(world: World, home: Path) -> None:
    async def scene(terminal: Terminal) -> None:
        block = asyncio.create_task(terminal.run("read -r answer\necho \"got $answer\" >file"))
        await until_soon(lambda: terminal.state == Running(1, block=True) and terminal.state in world.events)
        terminal.type("hello")
        assert (await block).status == 0

    world.drive(scene)
    assert home.joinpath("file").read_text() == "got hello\n"


def test_half_typed_text_does_not_become_part_of_the_block(world: World, home: Path) -> None:
    async def scene(terminal: Terminal) -> None:
        await terminal.wait_prompt(PATIENCE)
        terminal.write(b"echo half-typed ")
        await until_soon(lambda: b"half-typed" in terminal.output())
        assert (await terminal.run("echo whole >file", timeout=PATIENCE)).status == 0

    world.drive(scene)
    assert home.joinpath("file").read_text() == "whole\n"


def test_interrupt_at_an_idle_prompt_does_not_end_the_next_block(world: World, home: Path) -> None:
    async def scene(terminal: Terminal) -> None:
        await terminal.wait_prompt(PATIENCE)
        terminal.write(b"x")
        terminal.interrupt()
        result = await terminal.run("sleep 0.05; echo done >file", timeout=PATIENCE)
        assert result.status == 0
        assert home.joinpath("file").read_text() == "done\n"

    world.drive(scene)


@pytest.mark.parametrize("block", ["exit 3", "set -e; (exit 3)", "exec bash -c 'exit 3'"])
def test_a_shell_that_ends_is_a_result_and_a_new_one_opens(world: World, block: str) -> None:
    async def scene(terminal: Terminal) -> None:
        result = await terminal.run(block, timeout=PATIENCE)
        assert (result.status, result.ended) == (3, "shell-exited")
        terminal.restart()
        assert (await terminal.run("(exit 5)", timeout=PATIENCE)).status == 5
        assert b"ended with status 3" in terminal.output()

    world.drive(scene)


@pytest.mark.parametrize(
    ("block", "limits", "ended"),
    [
        pytest.param("sleep 600", {"timeout": 0.2}, "timeout", id="over its time"),
        pytest.param("while sleep 0.01; do echo .; done", {"timeout": 0.3}, "timeout", id="busy over its time"),
        pytest.param("echo a; sleep 600", {"quiet": 0.2}, "stalled", id="silent"),
        pytest.param("cat <<'X'\nno end", {}, "incomplete", id="unfinished heredoc"),
        pytest.param("echo 'open quote", {}, "incomplete", id="open quote"),
    ],
)
def test_a_block_that_does_not_end_is_stopped(
    world: World, block: str, limits: dict[str, float], ended: str
) -> None:
    async def scene(terminal: Terminal) -> None:
        result = await terminal.run(block, **limits)  # type: ignore[arg-type]
        assert (result.status, result.ended) == (None, ended)
        assert (await terminal.run("(exit 4)", timeout=PATIENCE)).status == 4

    world.drive(scene)


def test_output_holds_off_the_silence_limit(world: World) -> None:
    async def scene(terminal: Terminal) -> None:
        result = await terminal.run("for i in {1..20}; do sleep 0.1; echo $i; done", quiet=1.5)
        assert (result.status, result.ended) == (0, "prompt")

    world.drive(scene)


def test_a_program_deaf_to_ctrl_c_is_ended(world: World, home: Path) -> None:
    async def scene(terminal: Terminal) -> None:
        result = await terminal.run("(trap '' INT; echo $BASHPID >pid; exec sleep 600)", quiet=1.5)
        assert result.ended == "stalled"
        assert processes.start_time(int(home.joinpath("pid").read_text())) is None

    world.drive(scene)


def test_close_leaves_no_process(world: World, home: Path) -> None:
    async def scene(terminal: Terminal) -> None:
        await terminal.run("sleep 600 & echo $! >>pids; nohup sleep 600 >/dev/null 2>&1 & echo $! >>pids")
        await terminal.run("(trap '' HUP TERM; exec sleep 600) & echo $! >>pids")
        terminal.write(b"sleep 600\r")

    world.drive(scene)
    pids = [int(line) for line in home.joinpath("pids").read_text().split()]
    assert len(pids) == 3
    assert [processes.start_time(pid) for pid in pids] == [None] * 3


def test_shell_gets_no_descriptor_and_no_ignored_signal(world: World, home: Path) -> None:
    """Even when handrail itself was started with Ctrl-C ignored and files left open."""
    script = f"""
import asyncio, os, signal
from pathlib import Path
from handrail.terminal.terminal import Terminal
signal.signal(signal.SIGINT, signal.SIG_IGN)
leak = os.open("/dev/null", os.O_RDONLY)
os.set_inheritable(leak, True)
async def main():
    terminal = await Terminal.open("T1", env={world.env!r}, cwd=Path({str(home)!r}))
    await terminal.run("bash -c 'ls -l /proc/self/fd' | sed -n 's/.* \\\\([0-9]*\\\\) -> .*/\\\\1/p' >fds")
    print((await terminal.run("sleep 600", timeout=0.2)).ended, terminal.state)
    print((await terminal.run("trap", timeout={PATIENCE})).status)
    await terminal.close()
asyncio.run(main())
"""
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=PATIENCE)
    assert answer.returncode == 0, answer.stderr
    # 3 is the folder that ls itself reads.
    assert home.joinpath("fds").read_text().split() == ["0", "1", "2", "3"]
    assert answer.stdout.split()[0] == "timeout"


def test_others_marks_are_not_believed(world: World) -> None:
    (result,) = world.run(r"printf '\e]133;D;0\a\e]133;D;deadbeef;0\a'; (exit 3)")
    assert result.status == 3


def test_replay_is_bounded_and_numbered(world: World) -> None:
    async def scene(terminal: Terminal) -> None:
        await terminal.run("seq 200000")
        first, data = await anext(terminal.attach(0))
        assert first == terminal.seq - len(data)
        assert replay.REPLAY_BYTES <= len(data) < replay.REPLAY_BYTES + 128 * 1024
        late_first, late = await anext(terminal.attach(terminal.seq - 10))
        assert (late_first, late) == (terminal.seq - 10, data[-10:])

    world.drive(scene)


def test_a_watcher_that_stops_reading_stops_the_terminal_and_nothing_is_lost(world: World) -> None:
    async def scene(terminal: Terminal) -> None:
        await terminal.wait_prompt(PATIENCE)
        watcher = terminal.attach(terminal.seq)
        start = terminal.seq
        block = asyncio.create_task(terminal.run("echo; seq 300000"))
        await until_soon(lambda: watcher.outstanding > replay.PAUSE_ABOVE)
        held = terminal.seq
        assert held - start < replay.PAUSE_ABOVE + 128 * 1024
        received = bytearray()

        async def consume() -> None:
            async for first, data in watcher:
                assert first == start + len(received)
                received.extend(data)
                watcher.ack(len(received))

        consumer = asyncio.create_task(consume())
        assert (await block).status == 0
        watcher.detach()
        await consumer
        numbers = [int(line) for line in received.partition(b"\n")[2].split() if line.isdigit()]
        assert numbers == list(range(1, 300001))

    world.drive(scene)


def test_interrupt_is_felt_under_a_flood(world: World) -> None:
    async def scene(terminal: Terminal) -> None:
        watcher = terminal.attach()
        block = asyncio.create_task(terminal.run("yes"))
        await until_soon(lambda: watcher.outstanding > replay.PAUSE_ABOVE)
        terminal.interrupt()
        watcher.detach()
        assert (await asyncio.wait_for(block, PATIENCE)).status == 128 + signal.SIGINT

    world.drive(scene)


def test_ctrl_c_is_pressed_again_for_a_program_that_has_not_had_it(world: World, home: Path) -> None:
    """Like bash's own fork before its exec: what gets Ctrl-C forgets it, then becomes the program."""

    async def scene(terminal: Terminal) -> None:
        starting = "bash -c 'trap : INT; touch starting; sleep 0.5; exec sleep 600'"
        block = asyncio.create_task(terminal.run(starting))
        await until_soon(home.joinpath("starting").exists)
        terminal.interrupt()
        assert (await asyncio.wait_for(block, PATIENCE)).status == 128 + signal.SIGINT

    world.drive(scene)


def test_ctrl_c_at_a_commands_start_is_not_lost(world: World) -> None:
    async def scene(terminal: Terminal) -> None:
        for _ in range(20):
            block = asyncio.create_task(terminal.run("sleep 600"))
            await until_soon(lambda: terminal.busy)
            await terminal.wait_begun(PATIENCE)
            terminal.interrupt()
            await asyncio.wait_for(block, PATIENCE)

    world.drive(scene)


def test_a_program_that_stops_in_order_is_pressed_once(world: World, home: Path) -> None:
    async def scene(terminal: Terminal) -> None:
        stops = "trap 'echo pressed >>presses' INT; touch ready; until test -e go; do sleep 0.05; done"
        block = asyncio.create_task(terminal.run(f'bash -c "{stops}"'))
        await until_soon(home.joinpath("ready").exists)
        terminal.interrupt()
        await asyncio.sleep(1.5)
        home.joinpath("go").touch()
        assert (await asyncio.wait_for(block, PATIENCE)).status == 0
        assert home.joinpath("presses").read_text() == "pressed\n"

    world.drive(scene)


def test_events_tell_what_happens(world: World) -> None:
    world.run("(exit 3)", "exit 4")
    assert world.events == [
        AtPrompt(0),
        Running(1, block=True),
        Ended(1, 3),
        AtPrompt(1),
        Running(2, block=True),
        Exited(2, 4),
    ]


def test_log_keeps_every_byte(world: World, tmp_path: Path) -> None:
    log = tmp_path / "T1.log"

    async def play() -> bytes:
        async with world.terminal(log=log) as terminal:
            await terminal.run("echo one; printf '\\xff\\xfe'; echo two")
            return terminal.output()

    output = asyncio.run(play())
    assert b"\xff\xfe" in output
    assert log.read_bytes().startswith(output)


def test_resize_reaches_the_shell(world: World, home: Path) -> None:
    async def scene(terminal: Terminal) -> None:
        terminal.resize(101, 37)
        await terminal.run("stty size >file")
        assert home.joinpath("file").read_text() == "37 101\n"

    world.drive(scene)


def test_old_bash_is_refused_with_the_remedy(world: World, tmp_path: Path) -> None:
    old = tmp_path / "bin" / "bash"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'GNU bash, version 4.4.20(1)-release'\n")
    old.chmod(0o755)
    world.env["PATH"] = f"{old.parent}{os.pathsep}{world.env['PATH']}"
    with pytest.raises(ShellError, match=r"bash 4\.4, and the lesson's terminal needs 5\.1 or newer: install"):
        world.run("true")


def test_missing_bash_is_refused_with_the_remedy(world: World, tmp_path: Path) -> None:
    world.env["PATH"] = str(tmp_path)
    with pytest.raises(ShellError, match="install bash"):
        world.run("true")
