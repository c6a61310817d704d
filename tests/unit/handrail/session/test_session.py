"""A session opens pages, runs their blocks and scripts in real shells, and goes on after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from handrail.errors import SessionError
from handrail.runtime.workspace import Workspace
from handrail.scenario.reader import load
from handrail.server.language import localised
from handrail.session import events as happened
from handrail.session import long_running
from handrail.session.block_runner import TerminalBusy, control_key
from handrail.session.events import Event
from handrail.session.fast_forward import fast_forward
from handrail.session.session import Session
from handrail.terminal import processes

from ....waiting import PATIENCE, until_soon

MakeScenario = Callable[..., Path]
Scene = Callable[[Session], Awaitable[None]]
Kind = TypeVar("Kind")


@pytest.fixture
def play(tmp_path: Path) -> Callable[..., list[Event]]:
    """Run a scene on a scenario in one workspace (the same one each time); returns the events."""

    def play(root: Path, scene: Scene, cleanup: bool = False) -> list[Event]:
        async def run() -> list[Event]:
            workspace = Workspace.open(tmp_path / "w")
            session = Session(load(root), workspace)
            events = session.subscribe()
            try:
                await session.start()
                await scene(session)
            finally:
                await session.close(cleanup)
                workspace.close()
            return [event async for event in events]

        return asyncio.run(run())

    return play


def of(events: list[Event], kind: type[Kind]) -> list[Kind]:
    return [event for event in events if isinstance(event, kind)]


def block(command: str, words: str = "exec") -> str:
    return f"```\n{command}\n```{{{{{words}}}}}\n\n"


def test_foreground_runs_in_the_learners_shell_after_assets_and_background(
    make_scenario: MakeScenario, play: Callable[..., list[Event]]
) -> None:
    root = make_scenario(
        block('[ "$WHERE" = garden ] && [ "$PWD" = ~/garden ] && [ "$(cat tool)" = asset ] && ls leaf && echo >seen'),
        intro={
            "text": "Welcome",
            "foreground": "while [ ! -e ~/ready ]; do sleep 0.01; done\ncd ~/garden\nexport WHERE=garden\n",
            "background": "echo from background; mkdir -p garden; echo >garden/leaf; pwd > ready\n",
        },
        files={"assets/tool": "asset"},
        details={"assets": {"host01": [{"file": "tool", "target": "~/garden"}]}},
    )

    async def scene(session: Session) -> None:
        await session.open_page("intro")
        await session.wait_foreground()
        await session.open_page("step1")
        assert (await session.run_block("step1-1")).status == 0
        assert session.workspace.home.joinpath("ready").read_text().strip() == str(session.workspace.home)
        assert session.workspace.home.joinpath("garden/seen").exists()
        await until_soon(lambda: session.scripts.background_status == {"intro": 0})
        assert session.workspace.home.joinpath("katacoda-background-finished").read_text() == "done\n"

    events = play(root, scene)
    kinds = [type(event) for event in events]
    assert kinds.index(happened.BackgroundStarted) < kinds.index(happened.ForegroundStarted)
    assert of(events, happened.ForegroundEnded)[0].result.status == 0


def test_blocks_do_what_their_words_say(make_scenario: MakeScenario, play: Callable[..., list[Event]]) -> None:
    page = (
        block("tty > first")
        + block("tty > second", "exec T2")
        + block("sleep 600")
        + block("echo after > third", "exec interrupt")
        + block("read -r answer; echo $answer > fourth")
        + "`by keys`{{execute no-newline}} `^M`{{execute ctrl-seq}}\n\n"
        + "`copied`{{copy}}\n"
        + '<pre class="file" data-filename="app.js" data-target="replace">one\n#HERE\n</pre>\n\n'
        + '<pre class="file" data-filename="app.js" data-target="insert" data-marker="#HERE">two</pre>\n'
    )

    async def scene(session: Session) -> None:
        home = session.workspace.home
        await session.open_page("step1")
        assert (await session.run_block("step1-1")).status == 0
        assert (await session.run_block("step1-2")).status == 0
        assert home.joinpath("first").read_text() != home.joinpath("second").read_text()
        hanging = asyncio.create_task(session.run_block("step1-3"))
        await until_soon(lambda: session.terminal("T1").busy)
        with pytest.raises(TerminalBusy, match="still runs in T1"):
            await session.run_block("step1-1")
        assert (await session.run_block("step1-4")).status == 0
        assert (await hanging).status == 130
        reading = asyncio.create_task(session.run_block("step1-5"))
        await until_soon(lambda: session.terminal("T1").busy)
        assert (await session.run_block("step1-6")).ended == "typed"
        assert (await session.run_block("step1-7")).ended == "typed"
        assert (await reading).status == 0
        assert home.joinpath("fourth").read_text() == "by keys\n"
        before = session.terminal("T1").seq
        assert (await session.run_block("step1-8")).status is None
        assert session.terminal("T1").seq == before, "a copy block was typed"
        await session.run_block("step1-9")
        await session.run_block("step1-10")
        assert home.joinpath("app.js").read_text() == "one\ntwo\n"

    play(make_scenario(page), scene)


def test_insertion_without_its_marker_says_what_to_do(
    make_scenario: MakeScenario, play: Callable[..., list[Event]]
) -> None:
    page = '<pre class="file" data-filename="a" data-target="insert" data-marker="#HERE">two</pre>\n'

    async def scene(session: Session) -> None:
        with pytest.raises(SessionError, match="run the earlier blocks first"):
            await session.run_block("step1-1")

    play(make_scenario(page), scene)


@pytest.mark.parametrize(
    ("text", "keys"), [("^C", b"\x03"), ("^ESC", b"\x1b"), ("^[", b"\x1b"), ("^d", b"\x04"), ("x", b"x")]
)
def test_control_keys(text: str, keys: bytes) -> None:
    assert control_key(text) == keys


def test_check_gives_reason_and_hint_and_is_remembered(
    make_scenario: MakeScenario, play: Callable[..., list[Event]]
) -> None:
    step = {
        "text": block("touch ~/leaf"),
        "verify": "test -e ~/leaf || { echo 'The leaf is missing.' >$VERIFICATION_FAILURE_REASON; exit 1; }",
        "hint": "echo after $1 seconds: touch it",
    }

    async def scene(session: Session) -> None:
        await session.open_page("step1")
        result = await session.check("step1")
        assert (result.passed, result.reason) == (False, "The leaf is missing.")
        assert result.hint == "after 0 seconds: touch it"
        await session.run_block("step1-1")
        assert (await session.check("step1")).passed

    root = make_scenario(step)
    events = play(root, scene)
    assert [each.result.passed for each in of(events, happened.CheckEnded)] == [False, True]

    async def later(session: Session) -> None:
        assert session.progress.passed == {"step1"}
        assert session.progress.page == "step1"

    play(root, later)


def test_a_shell_that_ends_is_replaced(make_scenario: MakeScenario, play: Callable[..., list[Event]]) -> None:
    async def scene(session: Session) -> None:
        result = await session.run_block("step1-1")
        assert (result.status, result.ended) == (1, "shell-exited")
        assert (await session.run_block("step1-2")).status == 7

    events = play(make_scenario(block("set -e; false") + block("(exit 7)")), scene)
    assert of(events, happened.ShellExited)[0] == happened.ShellExited("T1", 1, restarted=True)


def test_placeholders_are_replaced_in_pages_and_scripts(
    make_scenario: MakeScenario, play: Callable[..., list[Event]]
) -> None:
    root = make_scenario(
        {"text": block("echo {{TRAFFIC_HOST1_8080}} > page"), "foreground": "echo [[HOST_IP]] > script\n"}
    )

    async def scene(session: Session) -> None:
        await session.open_page("step1")
        await session.wait_foreground()
        await session.run_block("step1-1")
        home = session.workspace.home
        assert home.joinpath("page").read_text() == "http://127.0.0.1:8080\n"
        assert home.joinpath("script").read_text() == "127.0.0.1\n"

    play(root, scene)


def test_a_restart_goes_on_with_the_background_script_that_was_cut_short(
    make_scenario: MakeScenario, play: Callable[..., list[Event]], tmp_path: Path
) -> None:
    root = make_scenario(
        "text",
        intro={"text": "i", "background": "echo $$ >>~/pids; [ -e ~/go ] || sleep 600", "foreground": "echo >>~/fg"},
    )

    async def cut_short(session: Session) -> None:
        await session.open_page("intro")
        await session.wait_foreground()
        await until_soon(session.workspace.home.joinpath("pids").exists)

    async def again(session: Session) -> None:
        await until_soon(lambda: session.scripts.background_status == {"intro": 0})
        await session.open_page("intro")
        await session.wait_foreground()

    async def third(session: Session) -> None:
        await session.open_page("intro")

    play(root, cut_short)
    home = tmp_path / "w" / "home"
    assert processes.start_time(int(home.joinpath("pids").read_text())) is None
    home.joinpath("go").touch()
    play(root, again)
    play(root, third)
    assert len(home.joinpath("pids").read_text().split()) == 2
    assert home.joinpath("fg").read_text() == "\n", "the foreground script ran again in a lesson that goes on"


def test_reset_cleans_up_and_begins_afresh(
    make_scenario: MakeScenario, play: Callable[..., list[Event]], tmp_path: Path
) -> None:
    root = make_scenario(
        {"text": block("touch leaf"), "verify": "test -e ~/leaf"},
        files={"clean.sh": f"echo cleaned >> {tmp_path}/cleaned"},
        handrail={"cleanup": "clean.sh"},
    )

    async def scene(session: Session) -> None:
        await session.open_page("step1")
        await session.run_block("step1-1")
        assert (await session.check("step1")).passed
        await session.reset()
        assert session.progress.passed == set()
        assert not session.workspace.home.joinpath("leaf").exists()
        await session.open_page("step1")
        assert (await session.run_block("step1-1")).status == 0

    play(root, scene, cleanup=True)
    assert tmp_path.joinpath("cleaned").read_text() == "cleaned\n" * 2


def test_clean_up_is_not_run_when_nothing_was(
    make_scenario: MakeScenario, play: Callable[..., list[Event]], tmp_path: Path
) -> None:
    root = make_scenario("text", files={"clean.sh": f"touch {tmp_path}/cleaned"}, handrail={"cleanup": "clean.sh"})

    async def scene(session: Session) -> None:
        await session.open_page("step1")

    play(root, scene, cleanup=True)
    assert not tmp_path.joinpath("cleaned").exists()


def test_fast_forward_skips_what_passes_and_stops_at_what_fails(
    make_scenario: MakeScenario, play: Callable[..., list[Event]]
) -> None:
    root = make_scenario(
        {"text": block("touch one"), "verify": "test -e ~/one"},
        {"text": block("touch two"), "verify": "test -e ~/two"},
        {"text": block("true"), "verify": "false"},
        "last",
    )

    async def scene(session: Session) -> None:
        await session.open_page("step1")
        await session.run_block("step1-1")
        assert await fast_forward(session, "step3")
        assert not await fast_forward(session, "step4")
        assert session.progress.page == "step3"

    events = play(root, scene)
    states = [(each.page, each.state) for each in of(events, happened.ForwardStepped)]
    assert states[:3] == [("step1", "skipped"), ("step2", "running"), ("step2", "passed")]
    assert states[-1] == ("step3", "failed")


def test_fast_forward_leaves_a_command_that_the_next_block_interrupts(
    make_scenario: MakeScenario, play: Callable[..., list[Event]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_running, "SETTLED_AFTER", 0.2)
    follow = block("tail -f /dev/null") + block("touch after", "exec interrupt") + block("cat", "exec T2")
    root = make_scenario({"text": follow, "verify": "test -e ~/after"}, "last")

    async def scene(session: Session) -> None:
        async with asyncio.timeout(PATIENCE):
            assert await fast_forward(session, "step2")
            assert session.terminal("T2").busy, "a command in a terminal of its own goes on"

    events = play(root, scene)
    ends = [(each.block, each.result.status) for each in of(events, happened.BlockEnded)]
    assert ends[:2] == [("step1-1", 130), ("step1-2", 0)]


def test_page_in_another_language(make_scenario: MakeScenario) -> None:
    root = make_scenario("# English", files={"step1.de.md": "# Deutsch"})
    for language, text in {"de-at": "# Deutsch", "fr": "# English", "": "# English"}.items():
        (page,) = (page for page in localised(load(root), language).pages if page.id == "step1")
        assert page.text is not None
        assert page.text.read_text() == text


def test_quiz_answers_are_kept(make_scenario: MakeScenario, play: Callable[..., list[Event]]) -> None:
    root = make_scenario(">>How many legs?<<\n( ) four\n(*) six\n")

    async def scene(session: Session) -> None:
        assert not session.answer("step1", "step1-q1", ["0"])
        assert session.answer("step1", "step1-q1", ["1"])

    play(root, scene)

    async def later(session: Session) -> None:
        assert session.progress.answers == {"step1-q1": ["1"]}

    play(root, later)
