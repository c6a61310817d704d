"""What the player does by itself while a page is shown: last lines, services, automatic checks, changed files."""

import asyncio
import contextlib
import os
from pathlib import Path
from typing import Any

from handrail.runtime.host import Runtime
from handrail.scenario.reader import Scenario, ScenarioError, load
from handrail.server.language import localised
from handrail.server.player import Player

LOOK_EVERY = 0.4  # seconds between looks at logs and files
SERVICES_EVERY = 3.0  # seconds
LOOKS_AFTER_COMMAND = 5  # looks for services of containers after a command has begun
MOST_MISSED = 9  # looks between two where none has
PREVIEWS_EVERY = 1.0  # seconds between looks for services that are shown and not there yet
ALL_EVERY = 3  # looks between those at services that are there
AUTO_CHECK_EVERY = 8.0  # seconds between automatic checks of a step that waits
# Folders of an author that change without the scenario changing.
NOT_WATCHED = frozenset({".git", "node_modules", "__pycache__", ".venv"})


async def follow_preparation(player: Player) -> None:
    """Shows the last line of each background script's log."""
    while True:
        await asyncio.sleep(LOOK_EVERY)
        state = player.page_state
        await state.watchers.present()
        running = [each for each in state.preparations.values() if each.state == "running"]
        if any([each.follow() for each in running]):
            state.changed()


async def follow_terminals(player: Player) -> None:
    """Tells of programs that wait for input and of output that was stopped."""
    while True:
        await asyncio.sleep(LOOK_EVERY)
        await player.page_state.watchers.present()
        if player.terminal_states.look():
            player.page_state.changed()


async def follow_services(player: Player) -> None:
    """Lists the ports on which the learner's programs listen."""
    looks_left = looks_missed = commands = 0
    while True:
        await asyncio.sleep(SERVICES_EVERY)
        await player.page_state.watchers.present()
        session = player.session
        terminals = session.terminals.values()
        before, commands = commands, sum(terminal.state.commands for terminal in terminals)
        looks_left = LOOKS_AFTER_COMMAND if commands != before else max(0, looks_left - 1)
        # In a container each look is a process of the engine's: few of them where nothing was begun.
        is_due = session.runtime.keeps_state or looks_left or looks_missed >= MOST_MISSED
        looks_missed = 0 if is_due else looks_missed + 1
        if not is_due:
            continue
        found = await session.runtime.services([leader for terminal in terminals for leader in terminal.leaders])
        services = [_service(session.runtime, host, port) for host, port in found]
        if services != player.services:
            player.services = services
            player.page_state.changed()


async def follow_previews(player: Player) -> None:
    """Tells of services that are shown: when something listens, and when it has ended."""
    look = 0
    while True:
        await asyncio.sleep(PREVIEWS_EVERY)
        look += 1
        await player.page_state.watchers.present()
        if await player.previews.look(all_of_them=look % ALL_EVERY == 0):
            player.page_state.changed()


def _service(runtime: Runtime, host: str, port: int) -> dict[str, Any]:
    place, published = runtime.address(host, port)
    return {"port": port, "host": host, "url": f"http://{place}:{published}/"}


async def check_by_itself(player: Player) -> None:
    """Checks a waiting step again after each command and every few seconds, when the learner wants that."""
    while True:
        await player.page_state.watchers.present()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(player.command_ended.wait(), AUTO_CHECK_EVERY)
        player.command_ended.clear()
        state, progress = player.page_state, player.session.progress
        is_free = state.is_watched and state.forward is None and not state.resetting
        if not (state.auto_check and is_free and progress.page):
            continue
        page = player.session.scenario.page(progress.page)
        if page.verify is not None and page.id not in progress.passed:
            player.start_check(page.id, "automatic")


async def follow_files(player: Player, language: str) -> None:
    """Author mode: takes over each saved change and lints the scenario again."""
    root = player.session.scenario.root
    seen: dict[str, tuple[int, int]] | None = None
    while True:
        now = await asyncio.to_thread(_stamps, root)
        if now != seen:
            seen = now
            await _take_over(player, root, language)
        await asyncio.sleep(LOOK_EVERY)


async def _take_over(player: Player, root: Path, language: str) -> None:
    try:
        scenario = await asyncio.to_thread(load, root)
    except ScenarioError as error:
        player.page_state.broken = str(error)
    else:
        player.page_state.broken = ""
        _adopt(player, localised(scenario, language))
        from handrail.lint.engine import lint_scenario  # the linter is not needed to play

        problems = await asyncio.to_thread(lint_scenario, root)
        player.pages.problems = [each for each in problems if each.severity != "info"]
    player.page_state.changed()


def _adopt(player: Player, scenario: Scenario) -> None:
    player.session.scenario = scenario
    page = player.session.progress.page
    if page not in {each.id for each in player.pages.shown()} and player.pages.shown():
        player.tasks.spawn(player.session.open_page(player.pages.shown()[0].id))


def _stamps(root: Path) -> dict[str, tuple[int, int]]:
    """Each file's time and size; a file that is being replaced may be missing for a moment."""
    stamps: dict[str, tuple[int, int]] = {}
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if name not in NOT_WATCHED]
        for name in files:
            path = os.path.join(folder, name)
            with contextlib.suppress(OSError):
                found = os.stat(path)
                stamps[path] = (found.st_mtime_ns, found.st_size)
    return stamps
