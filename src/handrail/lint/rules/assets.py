"""Rules about assets."""

import os
import re
from collections.abc import Iterator
from typing import Any

from handrail.lint.context import Context
from handrail.problems import Problem
from handrail.scenario.assets import is_glob

_KATACODA_LIMIT = 9_000_000
_HOST = re.compile(r"(?:host|node|worker|client|master|controlplane|control-plane)-?\d{0,2}")


def check_assets(context: Context) -> Iterator[Problem]:
    """Patterns that match nothing or what is refused, and files too big to upload."""
    yield from context.assets.problems
    for file in context.assets.files:
        size = file.source.stat().st_size
        if size > _KATACODA_LIMIT and not file.carried:
            yield Problem.of("asset-too-big", file.path, size=f"{size / 1e6:.0f}")


def prefix(context: Context) -> Iterator[Problem]:
    """`assets/x` means assets/x, unless there is an assets/assets/x."""
    for host, number, entry in _entries(context):
        file = str(entry.get("file") or "")
        inner = os.path.join(context.scenario.root, "assets", "assets")
        if file.startswith("assets/") and not os.path.isdir(inner):
            place = context.place("details", "assets", host, number, "file")
            yield Problem.of("asset-prefix", *place, file=file, short=file.removeprefix("assets/"))


def host_unknown(context: Context) -> Iterator[Problem]:
    """The key above assets is the name of a machine; handrail would start a container for it."""
    for host in {asset.host: None for asset in context.scenario.assets if not asset.carried}:
        if not _HOST.fullmatch(host):
            yield Problem.of("asset-host-unknown", *context.place("details", "assets", host), host=host)


def target_is_file(context: Context) -> Iterator[Problem]:
    """`target` is a folder, so the file lands in one of its own name."""
    for host, number, entry in _entries(context):
        file, target = str(entry.get("file") or ""), str(entry.get("target") or "").rstrip("/")
        name = os.path.basename(file)
        if name and not is_glob(file) and os.path.basename(target) == name:
            place = context.place("details", "assets", host, number, "target")
            folder = os.path.dirname(target) or "~/"
            yield Problem.of("asset-target-is-file", *place, becomes=f"{target}/{name}", folder=folder)


def _entries(context: Context) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """(host, number, entry) of every asset as its author wrote it."""
    details = context.scenario.raw.get("details")
    hosts = details.get("assets") if isinstance(details, dict) else None
    for host, entries in hosts.items() if isinstance(hosts, dict) else ():
        for number, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, dict):
                yield host, number, entry
