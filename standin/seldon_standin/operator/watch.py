"""Follows the objects of one kind: everything there is, then every change, across interruptions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from .kube import Api, ApiError, Unreachable

Json = dict[str, Any]

log = logging.getLogger("operator.watch")

PAUSE_AT_LEAST, PAUSE_AT_MOST = 0.5, 10.0


async def follow(api: Api, path: str, note: Callable[[Json], None]) -> None:
    """Call `note` with each object of the collection `path`, now and whenever one appears, changes or goes. Never ends.

    After an interruption all objects are noted again, so `note` must bear repetition; what went meanwhile is not noted.
    """
    pause = PAUSE_AT_LEAST
    version = ""
    while True:
        try:
            if not version:
                listed = await api.request("GET", path)
                version = listed["metadata"]["resourceVersion"]
                for item in listed["items"]:
                    note(item)
            async for event in api.watch(path, version):
                pause = PAUSE_AT_LEAST
                if event["type"] == "ERROR":
                    raise ApiError(event["object"].get("code", 500), "Expired", event["object"].get("message", ""))
                version = event["object"]["metadata"]["resourceVersion"]
                if event["type"] != "BOOKMARK":
                    note(event["object"])
        except (ApiError, Unreachable) as error:
            log.warning("lost sight of %s (%s), looking again in %.1f s", path, error, pause)
            version = ""
            await asyncio.sleep(pause)
            pause = min(pause * 2, PAUSE_AT_MOST)
