"""Fixtures: a real handrail process on a copy of a scenario, and real Chromium pages that look at it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from handrail.browser.chromium import QUIET

from ..waiting import PATIENCE

SCENARIOS = Path(__file__).parent / "scenarios"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
CLIPBOARD = ["clipboard-read", "clipboard-write"]
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/#token=(\S+)")

expect.set_options(timeout=PATIENCE * 1000)


@dataclass
class Play:
    """A running `handrail play`. `root` is its copy of the scenario, `home` the learner's home."""

    root: Path
    workspace: Path
    arguments: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[str] = field(init=False)
    address: str = ""
    port: int = 0
    token: str = ""

    @property
    def home(self) -> Path:
        return self.workspace / "home"

    def start(self, port: int = 0) -> None:
        """Starts it and waits for the line with the address."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "handrail", "play", str(self.root), "--no-browser", "--host",
             "--port", str(port), "--workspace", str(self.workspace), *self.arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment,
        )  # fmt: skip
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        match = ADDRESS.search(line)
        if match is None:
            _, error = self.process.communicate()
            raise AssertionError(f"no address in {line!r}; it said: {error}")
        self.address, self.port, self.token = match[0], int(match[1]), match[2]

    def stop(self, signum: int = signal.SIGTERM) -> None:
        """Ends it as its user would, or the hard way, and waits until it is gone."""
        self.process.send_signal(signum)
        self.process.communicate(timeout=PATIENCE)


Player = Callable[..., Play]
Opener = Callable[..., Page]


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Player]:
    """Starts players; each is stopped at the end."""
    started: list[Play] = []

    def start(
        name: str = "garden", *arguments: str, environment: dict[str, str] | None = None,
        words: dict[str, object] | None = None,
    ) -> Play:  # fmt: skip
        """`words`: what stands in the scenario's texts for each of these."""
        root = tmp_path / f"{name}-{len(started)}"
        shutil.copytree(SCENARIOS / name, root)
        for path in [*root.glob("*.md"), root / "index.json"] if words else []:
            text = path.read_text()
            for word, meant in (words or {}).items():
                text = text.replace(word, str(meant))
            path.write_text(text)
        inherited = {**os.environ, "LANG": "C.UTF-8", "PS1": "$ "}
        workspace = tmp_path / f"workspace-{len(started)}"
        player = Play(root, workspace, list(arguments), {**inherited, **(environment or {})})
        started.append(player)
        player.start()
        return player

    yield start
    for player in started:
        if player.process.poll() is None:
            player.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """A browser's profile whose pages are waited for as long as anything else here."""
    made = browser.new_context(viewport={"width": 1280, "height": 800}, **options)
    made.set_default_timeout(PATIENCE * 1000)
    return made


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = new_context(browser, permissions=CLIPBOARD)
    yield made
    made.close()


@pytest.fixture
def open_page(context: BrowserContext) -> Iterator[Opener]:
    """Opens a player's address; fails the test when the page logs an error nobody expected."""
    failures: list[str] = []
    pages: list[Page] = []

    def show(player: Play, *, at: BrowserContext | None = None) -> Page:
        page = (at or context).new_page()
        lost: list[str] = []
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.on("requestfailed", lambda request: lost.append(f"{request.url}: {request.failure}"))
        page.goto(player.address)
        try:
            expect(page.locator("#lesson")).to_have_attribute("aria-busy", "false")
        except AssertionError as error:
            raise AssertionError(f"{error}\ndid not come: {lost}") from None
        pages.append(page)
        if player.root.name.startswith("garden"):
            # The foreground script clears the line it runs on: nothing may be typed before it is through.
            expect(page.locator("#panel-T1 .xterm-rows")).to_contain_text("the garden is yours")
            expect(page.locator("#tab-T1")).to_have_attribute("data-state", "prompt")
        return page

    yield show
    for page in pages:
        page.close()
    assert failures == []
