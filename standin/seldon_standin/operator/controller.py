"""The leader's work: watch SeldonDeployments and what they own, and reconcile whatever changes."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from . import places
from .kube import Api
from .queue import WorkQueue
from .reconcile import Reconciler
from .watch import follow

Json = dict[str, Any]

OWNED = ("Deployment", "Service")


async def control(api: Api, reconciler: Reconciler, namespace: str = "") -> None:
    """Work until cancelled, in one namespace or in all."""
    queue = WorkQueue(reconciler.reconcile)

    def note(item: Json) -> None:
        queue.add((item["metadata"]["namespace"], item["metadata"]["name"]))

    def note_owner(item: Json) -> None:
        reference = places.owner(item)
        if reference is not None:
            queue.add((item["metadata"]["namespace"], reference["name"]))

    see = partial(places.collection, namespace=namespace)
    async with asyncio.TaskGroup() as group:
        group.create_task(queue.run())
        group.create_task(follow(api, see("SeldonDeployment"), note))
        for kind in OWNED:
            group.create_task(follow(api, see(kind), note_owner))
