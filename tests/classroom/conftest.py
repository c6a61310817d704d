"""The classroom that the tests here share, and browsers of its learners."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from ..browser.conftest import browser, new_context  # noqa: F401
from .local import ANNA, BEN, CLEO, DORA, PUPILS, SCENARIO, TEACHER, Classroom, running  # noqa: F401

SignIn = Callable[[str], Page]


@pytest.fixture
def sign_in(classroom: Classroom, browser: Browser) -> Iterator[SignIn]:  # noqa: F811
    """Opens a browser of a learner's own, on the way to the lesson; it is closed at the end."""
    opened: list[BrowserContext] = []

    def sign_in_as(name: str) -> Page:
        opened.append(new_context(browser))
        page = opened[-1].new_page()
        page.goto(classroom.url)
        page.locator("#username_input").fill(name)
        page.locator("#password_input").fill(classroom.password(name))
        page.locator("#login_submit").click()
        return page

    yield sign_in_as
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def classroom() -> Iterator[Classroom]:
    if os.geteuid() != 0:
        pytest.skip("learners' accounts are made by root alone")
    with running([ANNA, f"{BEN}   # the second", "", f"{CLEO} {DORA}", *PUPILS], TEACHER) as room:
        yield room
