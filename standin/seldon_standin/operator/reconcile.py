"""Brings the cluster to what one SeldonDeployment asks for, and writes down how far it got.

Everything is read from the API server each time and written with the version that was read: running it twice, by two
operators, or after an interruption at any point changes nothing that is right already.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from . import applied, places
from .components import ComponentError, Components, build
from .deployments import CONTAINS_ORCHESTRATOR
from .events import Events
from .kube import Api, ApiError
from .queue import Again
from .settings import Settings
from .status import HPAS, PDBS, DeploymentSeen, Outcome, Status

Json = dict[str, Any]

log = logging.getLogger("operator.reconcile")

CONTROLLER_ID = "seldon.io/controller-id"
SHORT: dict[str, str] = {"HorizontalPodAutoscaler": "HPA", "PodDisruptionBudget": "PDB"}


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Refused(Exception):
    """The API server refuses what the SeldonDeployment asks for; the message is the status's description."""


class Reconciler:
    """`settings` is asked anew each time, because seldon-config may change."""

    def __init__(self, api: Api, settings: Callable[[], Settings], *, namespaced: bool = False) -> None:
        self._api = api
        self._settings = settings
        self._events = Events(api, now)
        self._namespaced = namespaced

    async def reconcile(self, key: tuple[str, str]) -> None:
        """Bring (namespace, name) up to date. Raises Again, Unreachable or Refused when it must be repeated."""
        namespace, name = key
        sdep = await self._api.get(places.one("SeldonDeployment", namespace, name))
        if sdep is None or sdep["metadata"].get("deletionTimestamp"):
            # What it owns goes with it: Kubernetes collects objects whose owner is gone.
            return
        settings = self._settings()
        if not await self._ours(sdep, settings):
            return
        status = Status(sdep.get("status"), now)
        try:
            await _Round(self._api, self._events, sdep, settings, status).run()
        except (ComponentError, Refused) as error:
            await self._events.record(sdep, "Warning", "InternalError", str(error))
            status.fail(str(error))
            await self._write(sdep, status)
            raise Refused(str(error)) from None
        # As with the original, a roll-out that is stuck is seen in the status alone.
        if await self._write(sdep, status) and status.data()["state"] != "Failed":
            name = sdep["metadata"]["name"]
            await self._events.record(sdep, "Normal", "Updated", f'Updated SeldonDeployment "{name}"')

    async def _ours(self, sdep: Json, settings: Settings) -> bool:
        """Another operator may look after this SeldonDeployment or its whole namespace; or the namespace is going."""
        if (sdep["metadata"].get("labels") or {}).get(CONTROLLER_ID, "") != settings.controller_id:
            return False
        if self._namespaced:
            return True
        found = await self._api.get(f"/api/v1/namespaces/{sdep['metadata']['namespace']}")
        metadata = (found or {}).get("metadata", {})
        # In a namespace that is being deleted nothing can be made any more.
        return not (metadata.get("labels") or {}).get(CONTROLLER_ID) and not metadata.get("deletionTimestamp")

    async def _write(self, sdep: Json, status: Status) -> bool:
        """Whether there was anything to write."""
        data = status.data()
        # As with the original, whose times are equal to one another: conditions are marked anew in each round.
        if _without_times(data) == _without_times(sdep.get("status") or {}):
            return False
        try:
            await self._api.request("PUT", places.of(sdep) + "/status", {**sdep, "status": data})
        except ApiError as error:
            if error.code in (404, 409):
                raise Again from error
            raise
        return True


def _without_times(status: Json) -> Json:
    conditions = status.get("conditions") or []
    return {**status, "conditions": [{**each, "lastTransitionTime": ""} for each in conditions]}


class _Round:
    """One pass over everything that belongs to a SeldonDeployment."""

    def __init__(self, api: Api, events: Events, sdep: Json, settings: Settings, status: Status) -> None:
        self._api, self._events, self._sdep, self._settings, self._status = api, events, sdep, settings, status
        self._uid: str = sdep["metadata"]["uid"]
        self._namespace: str = sdep["metadata"]["namespace"]

    async def run(self) -> None:
        made, status = build(self._sdep, self._settings), self._status
        settled = status.services(made, await self._apply_all(made.services), complete=False)
        settled &= status.beside(HPAS, (await self._apply_all(made.autoscalers)).values())
        status.without_keda()
        settled &= status.beside(PDBS, (await self._apply_all(made.budgets)).values())
        seen = []
        for deployment in made.deployments:
            outcome, live = await self._apply(deployment)
            seen.append(DeploymentSeen(deployment["metadata"]["name"], outcome, live))
        ready, progressing = status.deployments(seen, made.default_deployment)
        await self._remove_beside(made, ready=ready)
        if ready:
            outcomes: dict[str, Outcome] = {item["metadata"]["name"]: "same" for item in made.services}
            status.services(made, outcomes, complete=True)
            status.without_ingress()
            await self._remove_old(made)
        status.conclude(settled=settled, deployments_ready=ready, progressing=progressing)

    async def _apply_all(self, items: Iterable[Json]) -> dict[str, Outcome]:
        return {item["metadata"]["name"]: (await self._apply(item))[0] for item in items}

    async def _apply(self, item: Json) -> tuple[Outcome, Json]:
        """Make or change one object; gives what was done and the object as it now is."""
        desired = applied.stamp(item)
        live = await self._api.get(places.of(item))
        if live is not None:
            self._check_owner(live)
            if applied.settled(live, desired):
                return "same", live
        kind, name = str(item["kind"]), item["metadata"]["name"]
        try:
            if live is None:
                path = places.collection(kind, self._namespace)
                stored = await self._api.request("POST", path, desired)
                outcome: Outcome = "created"
            else:
                stored = await self._api.request("PUT", places.of(item), applied.merged(live, desired))
                outcome = "updated"
        except ApiError as error:
            if error.code in (404, 409):
                raise Again from error
            raise Refused(error.message) from error
        if outcome == "updated" and stored["metadata"]["resourceVersion"] == (live or stored)["metadata"].get(
            "resourceVersion"
        ):
            # The API server found nothing to change: the difference was one of writing only.
            return "same", stored
        log.info("%s %s %s/%s", outcome, kind, self._namespace, name)
        verb = {"created": ("Create", "Created"), "updated": ("Update", "Updated")}[outcome]
        await self._events.record(self._sdep, "Normal", verb[0] + SHORT.get(kind, kind), f'{verb[1]} {kind} "{name}"')
        return outcome, stored

    def _check_owner(self, live: Json) -> None:
        """Never take over what belongs to another."""
        if live["metadata"].get("deletionTimestamp"):
            raise Again
        for reference in live["metadata"].get("ownerReferences") or []:
            if not reference.get("controller") or reference["uid"] == self._uid:
                continue
            if places.owner(live) and reference["name"] == self._sdep["metadata"]["name"]:
                # Of a SeldonDeployment of the same name that was deleted: Kubernetes is about to collect it.
                raise Again
            what = f"{live.get('kind', 'Object')} {live['metadata']['name']}"
            raise Refused(
                f"{what} is already controlled by {reference['kind']} {reference['name']}; rename one of them"
            )

    async def _owned(self, kind: str) -> list[Json]:
        listed = await self._api.request("GET", places.collection(kind, self._namespace))
        items = [{**item, "kind": kind} for item in listed["items"]]
        return [i for i in items if (places.owner(i) or {}).get("uid") == self._uid]

    async def _too_many(self, kind: str, wanted: Callable[[str], bool]) -> list[Json]:
        """What is owned and not wanted any more, to be removed. Raises Again when the SeldonDeployment has changed:
        another operator may have made it for the new one."""
        items = [item for item in await self._owned(kind) if not wanted(item["metadata"]["name"])]
        if items:
            # After the list, not before: what the list has was made for a generation that is seen now.
            current = await self._api.get(places.of(self._sdep))
            if current is None or current["metadata"].get("generation") != self._sdep["metadata"].get("generation"):
                raise Again
        return items

    async def _remove(self, item: Json, *, foreground: bool = False) -> None:
        if item["metadata"].get("deletionTimestamp"):
            return
        kind, name = str(item["kind"]), item["metadata"]["name"]
        await self._api.delete(places.of(item), uid=item["metadata"]["uid"], foreground=foreground)
        log.info("deleted %s %s/%s", kind, self._namespace, name)
        message = f'Deleted {kind} "{name}"'
        await self._events.record(self._sdep, "Normal", "Delete" + SHORT.get(kind, kind), message)

    async def _remove_beside(self, made: Components, *, ready: bool) -> None:
        """Autoscalers and budgets no longer asked for: of Deployments that stay, at once; of others, with them."""
        staying = {item["metadata"]["name"] for item in made.deployments}
        wanted = {(item["kind"], item["metadata"]["name"]) for item in (*made.autoscalers, *made.budgets)}
        for kind in SHORT:
            names = {name for a_kind, name in wanted if a_kind == kind}
            for item in await self._too_many(kind, names.__contains__):
                if ready or item["metadata"]["name"] in staying:
                    await self._remove(item)

    async def _remove_old(self, made: Components) -> None:
        """Deployments of an earlier graph go now that the new ones are ready, and their Services after them.

        Those with an orchestrator go first: while one is there, it still calls the others.
        """
        wanted = {item["metadata"]["name"] for item in made.deployments}
        old = await self._too_many("Deployment", wanted.__contains__)
        entrances = [i for i in old if CONTAINS_ORCHESTRATOR in (i["metadata"].get("labels") or {})]
        for item in entrances or old:
            await self._remove(item, foreground=True)
        remaining = wanted | {item["metadata"]["name"] for item in old}
        gone = [name for name in self._status.known("deploymentStatus") if name not in remaining]
        self._status.forget(deployments=gone)
        if old:
            return
        services = {item["metadata"]["name"] for item in made.services}
        for item in await self._too_many("Service", services.__contains__):
            await self._remove(item)
        self._status.forget(services=[s for s in self._status.known("serviceStatus") if s not in services])
