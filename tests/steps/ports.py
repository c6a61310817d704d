"""What answers on the lesson's ports of this machine, which lessons that are open at the same time share."""
import os
from typing import Any

import requests
from lesson import expect
from port_owner import other_lesson, own_target


def expect_own_port(url: str, command: str) -> None:
    """No other lesson has led the port of an address elsewhere; command opens it for this one."""
    other = other_lesson(url.split("/")[2].rpartition(":")[2])
    found = f"the port leads to {other}, which another lesson has opened"
    expect(not other, f"this lesson to answer on {url}", found, command)


def expect_port_leads_to(service: str, namespace: str, command: str) -> None:
    """Two deployments of a lesson may answer alike: what the learner has opened tells them apart."""
    url = os.environ["SELDON_URL"]
    target = own_target(url.rpartition(":")[2])
    wanted = f"{namespace}/{service}"
    expect(target in ("", wanted), f"{url} to lead to {wanted}", f"it leads to {target}", command)


def ask(url: str, command: str, body: Any = None, **options: Any) -> requests.Response:
    """The answer to JSON, or to a GET without a body, whatever its status; command is said when nothing answers."""
    expect_own_port(url, command)
    try:
        return requests.request("GET" if body is None else "POST", url, json=body, **{"timeout": 20, **options})
    except requests.RequestException:
        expect(False, f"an answer on {url}", "nothing answers there", command)
        raise
