"""The search page of more/payload-logging in a real browser: it finds, follows, and shows payloads as text."""

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, expect

from ..waiting import PATIENCE

COLLECTOR = Path(__file__).parents[2] / "more/payload-logging/assets/collector/collector.py"
MARKUP = '<img src=x onerror="document.title=1"><script>document.title=2</script>'


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[str]:
    """The address of a collector with a request, its response, and a payload that would like to be a page."""
    environment = {**os.environ, "DATA": str(tmp_path), "PORT": "0"}
    with subprocess.Popen([sys.executable, COLLECTOR], env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            address = f"http://127.0.0.1:{process.stdout.readline().split()[-1]}"
            for event, (request, kind, body) in enumerate(
                [("first", "request", "[[6.3, 3.3]]"), ("first", "response", "virginica"), (MARKUP, "request", MARKUP)]
            ):
                headers = {"Ce-Id": str(event), "Ce-Requestid": request, "Ce-Modelid": MARKUP, "Ce-Type": f"x.{kind}"}
                told = urllib.request.Request(address, body.encode(), headers)
                urllib.request.urlopen(told, timeout=PATIENCE).close()
            yield address
        finally:
            process.terminate()


def test_payloads_are_found_followed_and_shown_as_text(collector: str, context: BrowserContext) -> None:
    page = context.new_page()
    hosts: set[str | None] = set()
    errors: list[str] = []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(collector)
    rows = page.locator("#events tr")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text(MARKUP)
    expect(page.locator("#events img, #events script")).to_have_count(0)
    expect(page).to_have_title("Logged payloads")
    page.get_by_role("searchbox").fill("virginica")
    page.get_by_role("button", name="Search").click()
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="first").click()
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("[[6.3, 3.3]]")
    assert hosts <= {"127.0.0.1", None}
    assert errors == []
