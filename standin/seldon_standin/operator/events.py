"""Kubernetes events about a SeldonDeployment, as `kubectl describe` shows them."""

from __future__ import annotations

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from . import places
from .kube import Api, ApiError, Unreachable

Json = dict[str, Any]

log = logging.getLogger("operator.events")

SOURCE = "seldon-controller-manager"
REMEMBERED = 1000


class Events:
    """Records events; repeated ones are counted, not listed again. Losing one is never an error."""

    def __init__(self, api: Api, now: Callable[[], str]) -> None:
        self._api = api
        self._now = now
        self._counts: OrderedDict[str, int] = OrderedDict()

    async def record(self, sdep: Json, kind: str, reason: str, message: str) -> None:
        """`kind` is Normal or Warning."""
        metadata = sdep["metadata"]
        mark = "\n".join((metadata["uid"], kind, reason, message))
        name = f"{metadata['name'][:200]}.{hashlib.sha256(mark.encode()).hexdigest()[:16]}"
        count = self._counts[name] = self._counts.pop(name, 0) + 1
        if len(self._counts) > REMEMBERED:
            self._counts.popitem(last=False)
        time = self._now()
        path = places.collection("Event", metadata["namespace"])
        try:
            if count > 1:
                await self._api.request("PATCH", f"{path}/{name}", {"count": count, "lastTimestamp": time})
            else:
                await self._api.request("POST", path, self._event(sdep, name, kind, reason, message, time))
        except ApiError as error:
            # Gone after an hour, or there already from before a restart: the next one of its kind starts anew.
            self._counts.pop(name, None)
            if error.code not in (404, 409):
                log.warning("event %s of %s was refused: %s", reason, metadata["name"], error)
        except Unreachable as error:
            log.warning("event %s of %s was lost: %s", reason, metadata["name"], error)

    def _event(self, sdep: Json, name: str, kind: str, reason: str, message: str, time: str) -> Json:
        metadata = sdep["metadata"]
        return {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": name, "namespace": metadata["namespace"]},
            "involvedObject": {
                "apiVersion": f"{places.GROUP}/v1",
                "kind": "SeldonDeployment",
                "name": metadata["name"],
                "namespace": metadata["namespace"],
                "uid": metadata["uid"],
                "resourceVersion": metadata["resourceVersion"],
            },
            "type": kind,
            "reason": reason,
            "message": message,
            "count": 1,
            "firstTimestamp": time,
            "lastTimestamp": time,
            "source": {"component": SOURCE},
        }
