"""One leader among the operator's replicas, by a Lease."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .kube import Api, ApiError, Unreachable

Json = dict[str, Any]

log = logging.getLogger("operator.leader")


@dataclass(frozen=True)
class Terms:
    """Seconds: a lease not renewed for `lease` may be taken; a leader that could not renew for `renewal` steps down."""

    lease: float = 15.0
    renewal: float = 10.0
    retry: float = 2.0


class Election:
    """Stands for election under `identity`; whoever leads runs the work."""

    def __init__(self, api: Api, namespace: str, name: str, identity: str, terms: Terms | None = None) -> None:
        self._api = api
        self._path = f"/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases"
        self._name = name
        self._identity = identity
        self._terms = terms or Terms()
        # Clocks of machines differ, so only the time since a lease was last seen to change counts.
        self._seen: tuple[str, float] = ("", 0.0)
        self._away = False

    async def run(self, work: Callable[[], Awaitable[None]]) -> None:
        """Lead whenever possible, until cancelled; then give the lease back. The work is cancelled when it is lost."""
        try:
            while True:
                while not await self._try():
                    await asyncio.sleep(self._terms.retry)
                log.info("%s leads", self._identity)
                task = asyncio.ensure_future(work())
                try:
                    await self._hold(task)
                finally:
                    task.cancel()
                    # Awaiting the task itself could not tell its cancellation from ours, and would swallow that.
                    await asyncio.wait([task])
                log.warning("%s leads no longer", self._identity)
        finally:
            with contextlib.suppress(ApiError, Unreachable):
                await self._release()

    async def _hold(self, task: asyncio.Future[None]) -> None:
        renewed = time.monotonic()
        while time.monotonic() - renewed < self._terms.renewal:
            await asyncio.wait([task], timeout=self._terms.retry)
            if task.done():
                task.result()
                return
            start = time.monotonic()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._terms.renewal):
                    if await self._try():
                        renewed = start
                    elif self._seen[0]:
                        # Someone else has it.
                        return

    async def _try(self) -> bool:
        """Take or renew the lease; false if another has it or the API server is away."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        spec: Json = {
            "holderIdentity": self._identity,
            "leaseDurationSeconds": max(1, int(self._terms.lease)),
            "renewTime": now,
            "acquireTime": now,
        }
        try:
            lease = await self._api.get(f"{self._path}/{self._name}")
            self._away = False
            if lease is None:
                body = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": self._name}}
                await self._api.request("POST", self._path, {**body, "spec": spec})
                self._seen = ("", 0.0)
                return True
            if self._taken(lease):
                return False
            current = lease.get("spec", {})
            if current.get("holderIdentity") == self._identity:
                spec["acquireTime"] = current.get("acquireTime", now)
            else:
                spec["leaseTransitions"] = int(current.get("leaseTransitions") or 0) + 1
            await self._api.request("PUT", f"{self._path}/{self._name}", {**lease, "spec": {**current, **spec}})
        except Unreachable as error:
            # Once for each loss: there is a try every two seconds.
            if not self._away:
                log.warning("the lease cannot be read or renewed: %s", error)
            self._away = True
            return False
        except ApiError as error:
            if error.code != 409:
                log.warning("the lease was refused: %s", error)
            return False
        self._seen = ("", 0.0)
        return True

    def _taken(self, lease: Json) -> bool:
        spec = lease.get("spec", {})
        holder = spec.get("holderIdentity")
        if not holder or holder == self._identity:
            return False
        mark = f"{holder} {spec.get('renewTime')}"
        if mark != self._seen[0]:
            self._seen = (mark, time.monotonic())
        return time.monotonic() - self._seen[1] < float(spec.get("leaseDurationSeconds") or self._terms.lease)

    async def _release(self) -> None:
        lease = await self._api.get(f"{self._path}/{self._name}")
        if lease and lease.get("spec", {}).get("holderIdentity") == self._identity:
            spec = {**lease["spec"], "holderIdentity": "", "leaseDurationSeconds": 1}
            await self._api.request("PUT", f"{self._path}/{self._name}", {**lease, "spec": spec})
