"""Which hosts and ports a scenario speaks of, so that containers can be made for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from handrail.markdown.api import parse
from handrail.markdown.placeholders import LocalPorts, find, port_of
from handrail.runtime.host import FIRST_HOST
from handrail.scenario.reader import Scenario

# Names of the machine that the learner's terminal was on.
_FIRST_HOST_NAMES = {FIRST_HOST, "client", "master", "controlplane"}


class InnerPorts(LocalPorts):
    """Placeholders as the hosts themselves see each other: by name, at the service's own port."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        super().__init__(addresses=addresses)

    def __getitem__(self, name: str) -> str:
        if asked := port_of(name):
            return "http://{}:{}".format(*asked)
        return super().__getitem__(name)


def real_name(host: str) -> str:
    """The name that stands for `host`: the first host has several."""
    return FIRST_HOST if host in _FIRST_HOST_NAMES else host


def hosts(scenario: Scenario) -> tuple[str, ...]:
    """Every host that assets, tabs, dashboards, blocks or placeholders name, the first host first."""
    named = {asset.host for asset in scenario.assets}
    named |= {tab.target for tab in scenario.terminals if tab.target}
    named |= {board.host for board in scenario.dashboards if board.host}
    named |= {host for host, _ in ports(scenario)}
    for page_id, text in _pages(scenario):
        named |= {block.host for block in parse(text, page_id).blocks if block.host}
    return (FIRST_HOST, *sorted({real_name(name) for name in named} - {FIRST_HOST}))


def ports(scenario: Scenario) -> set[tuple[str, int]]:
    """(host, port) of every service that dashboards, pages and scripts speak of."""
    found = {(real_name(board.host or FIRST_HOST), board.port) for board in scenario.dashboards if board.port}
    if scenario.port:
        found.add((FIRST_HOST, scenario.port))
    for text in _texts(scenario):
        for placeholder in find(text):
            if asked := port_of(placeholder.name):
                found.add(asked)
    return {(host, port) for host, port in found if 0 < port < 65536}


def _pages(scenario: Scenario) -> Iterator[tuple[str, str]]:
    for page in scenario.pages:
        if page.text is not None:
            yield page.id, scenario.read(page.text)


def _texts(scenario: Scenario) -> Iterator[str]:
    for _, text in _pages(scenario):
        yield text
    for page in scenario.pages:
        for script in (page.foreground, page.background):
            if script is not None:
                yield scenario.read(script)
    for board in scenario.dashboards:
        if board.href:
            yield board.href
