"""What a program in a learner's pod serves, in her browser."""

from __future__ import annotations

import httpx
from playwright.sync_api import expect

from ..browser.steps import type_into
from ..classroom.conftest import ANNA, SignIn
from ..classroom.test_previews import frame, show_port
from ..waiting import PATIENCE
from .conftest import Cluster

PORT = 8088


def test_a_service_in_a_pod_is_shown_to_its_learner_alone(classroom: Cluster, sign_in: SignIn) -> None:
    page = sign_in(ANNA)
    show_port(page, PORT)
    type_into(page, f"python3 -m http.server --bind 127.0.0.1 --directory /course {PORT} &")
    page.get_by_role("tab", name=f"Port {PORT}", exact=True).click()
    expect(frame(page).locator("body")).to_contain_text("index.json")

    (shown,) = (each.url for each in page.frames if f"//p{PORT}-" in each.url)
    host = shown.split("/")[2]
    assert host.endswith(f".localhost:{classroom.port}")
    for headers in ({}, {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}):
        answer = httpx.get(classroom.url, headers={"Host": host, **headers}, trust_env=False, timeout=PATIENCE)
        assert (answer.status_code in (401, 303), "index.json" in answer.text) == (True, False)
