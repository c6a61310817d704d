"""A real Chromium that shows no window, by Playwright: what of the two is missing is told with the command for it."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shlex
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from handrail.errors import HandrailError

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright

# Keeps Chromium from looking for its maker's servers, which may be unreachable.
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
# Where Playwright has no Chromium of its own; the first one is the engine alone.
_PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


class NoBrowser(HandrailError):
    """There is no Playwright or no Chromium; the text says which command installs it."""


def check_installed() -> None:
    """Raises NoBrowser without Playwright, which is imported only where it is used."""
    if importlib.util.find_spec("playwright") is None:
        raise NoBrowser(
            "--browser drives Chromium by Playwright, which is not installed. Type: "
            f"{_python()} -m pip install playwright && {_python()} -m playwright install chromium"
        )


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The one that $CHROMIUM names, else Playwright's own, else the system's. Raises NoBrowser."""
    check_installed()
    from playwright.async_api import async_playwright

    asyncio.get_running_loop().set_exception_handler(_tell_but_of_the_driver)
    starting = asyncio.ensure_future(async_playwright().start())
    try:
        playwright = await asyncio.shield(starting)
    except asyncio.CancelledError:
        await (await starting).stop()  # half started, it would go on after this process
        raise
    try:
        browser = await _launch(playwright)
        try:
            yield browser
        finally:
            await browser.close()
    finally:
        await playwright.stop()


def _tell_but_of_the_driver(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A signal to the whole group, as of a closed terminal, ends Playwright's driver: whoever waits for it is told so,
    and what nobody waits for need not be told once more."""
    if "reading from the driver" not in str(context.get("exception")):
        loop.default_exception_handler(context)


async def _launch(playwright: Playwright) -> Browser:
    from playwright.async_api import Error

    named = os.environ.get("CHROMIUM")
    found = [named] if named else [None, *filter(None, map(shutil.which, _PROGRAMS))]
    why = ""
    for program in found:
        try:
            # Ctrl-C ends the run in order, and the browser with it.
            return await playwright.chromium.launch(
                executable_path=program, args=QUIET, handle_sigint=False, handle_sigterm=False, handle_sighup=False
            )
        except Error as error:
            why = error.message.partition("\n")[0]
    if found == [None]:
        raise NoBrowser(
            f"There is no Chromium to play in. Type: {_python()} -m playwright install chromium, or name another one: "
            "CHROMIUM=/path/to/chromium handrail test --browser"
        )
    if named:
        raise NoBrowser(f"$CHROMIUM is {named}, which does not start ({why}). To have another one: unset CHROMIUM")
    install = f"{_python()} -m playwright install chromium"
    raise NoBrowser(f"{found[-1]} does not start ({why}). To have another one: {install}")


def _python() -> str:
    return shlex.quote(sys.executable)
