"""A small Kubernetes API for tests, over real HTTP: objects, versions, watches, status, owners.

It can be taken away and brought back on the same port, and it remembers which rights its clients used.
"""

from __future__ import annotations

import asyncio
import copy
import itertools
import json
import re
from typing import Any

from aiohttp import web

from ....ports import free_port

Json = dict[str, Any]

PATH = re.compile(
    r"(?P<root>/api/v1|/apis/[^/]+/[^/]+)(/namespaces/(?P<namespace>[^/]+))?"
    r"/(?P<plural>[a-z]+)(/(?P<name>[^/]+))?(/(?P<sub>status))?$"
)
VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}


def failure(code: int, reason: str, message: str = "") -> web.Response:
    return web.json_response({"kind": "Status", "code": code, "reason": reason, "message": message}, status=code)


class KubeApi:
    """`objects` by (plural, namespace, name); `used` are (verb, resource) pairs; `refuse` maps a name to a message."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str, str], Json] = {}
        self.used: set[tuple[str, str]] = set()
        self.writes: list[str] = []
        self.created: list[str] = []
        self.refuse: dict[str, str] = {}
        self._versions = itertools.count(1)
        self._watchers: list[tuple[str, str, asyncio.Queue[Json]]] = []
        self._runner: web.AppRunner | None = None
        self._port = free_port()
        self.base = f"http://127.0.0.1:{self._port}"
        self.put({"kind": "Namespace", "metadata": {"name": "seldon"}}, "namespaces", "")

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True).start()

    async def stop(self) -> None:
        """The API server is away: connections are cut and refused."""
        assert self._runner is not None
        await self._runner.cleanup()
        self._watchers.clear()

    def put(self, item: Json, plural: str, namespace: str = "seldon") -> Json:
        """Store an object as the server would, and tell the watchers."""
        item = copy.deepcopy(item)
        metadata = item["metadata"]
        key = (plural, namespace, metadata["name"])
        before = self.objects.get(key)
        version = str(next(self._versions))
        metadata |= {"resourceVersion": version, "namespace": namespace}
        metadata.setdefault("uid", f"uid-{version}" if before is None else before["metadata"]["uid"])
        changed = before is None or before.get("spec") != item.get("spec")
        metadata["generation"] = (0 if before is None else before["metadata"]["generation"]) + int(changed)
        self.objects[key] = item
        self._tell(plural, namespace, "ADDED" if before is None else "MODIFIED", item)
        return item

    def remove(self, plural: str, namespace: str, name: str) -> None:
        """Delete an object and, as the garbage collector would, all that it owns."""
        gone = self.objects.pop((plural, namespace, name), None)
        if gone is None:
            return
        self._tell(plural, namespace, "DELETED", gone)
        for other, item in list(self.objects.items()):
            owners = item["metadata"].get("ownerReferences", [])
            if any(owner["uid"] == gone["metadata"]["uid"] for owner in owners):
                self.remove(*other)

    def names(self, plural: str) -> list[str]:
        return sorted(name for kind, _, name in self.objects if kind == plural)

    def all(self, plural: str) -> list[Json]:
        return [item for (kind, _, _), item in self.objects.items() if kind == plural]

    def get(self, plural: str, name: str) -> Json:
        return self.objects[plural, "seldon", name]

    def run_pods(self, name: str, *, ready: bool = True, stuck: bool = False) -> None:
        """What the Deployment controller and the kubelet would do to one Deployment; `stuck`: its deadline is over."""
        item = copy.deepcopy(self.get("deployments", name))
        wanted = item["spec"].get("replicas", 1)
        up = wanted if ready else 0
        available = {"type": "Available", "status": "True" if ready else "False"}
        if ready:
            available |= {"reason": "MinimumReplicasAvailable", "message": "Deployment has minimum availability."}
        else:
            available["reason"] = "MinimumReplicasUnavailable"
        numbers = {"replicas": wanted, "availableReplicas": up, "readyReplicas": up, "unavailableReplicas": wanted - up}
        item["status"] = {
            **{key: value for key, value in numbers.items() if value},
            "observedGeneration": item["metadata"]["generation"],
            "conditions": [available, {"type": "Progressing", "status": "False" if stuck else "True"}],
        }
        self.put(item, "deployments")

    def _tell(self, plural: str, namespace: str, kind: str, item: Json) -> None:
        for watched, inside, queue in self._watchers:
            if watched == plural and inside in ("", namespace):
                queue.put_nowait({"type": kind, "object": copy.deepcopy(item)})

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        match = PATH.match(request.path)
        assert match, request.path
        plural, namespace, name, sub = match["plural"], match["namespace"] or "", match["name"], match["sub"]
        if plural == "namespaces" or (match["namespace"] and not match["name"] and plural == "namespaces"):
            namespace, name = "", name or match["namespace"]
        watch = request.query.get("watch") == "1"
        verb = VERBS.get(request.method) or ("watch" if watch else "get" if name else "list")
        self.used.add((verb, f"{plural}/{sub}" if sub else plural))
        if watch:
            return await self._watch(request, plural, namespace)
        if request.method == "GET":
            return self._read(plural, namespace, name)
        body: Json = json.loads(await request.text())
        return self._write(request.method, plural, namespace, name or body["metadata"]["name"], body, sub == "status")

    def _read(self, plural: str, namespace: str, name: str | None) -> web.Response:
        if name:
            found = self.objects.get((plural, namespace, name))
            return web.json_response(found) if found else failure(404, "NotFound")
        items = [
            {key: value for key, value in item.items() if key not in ("kind", "apiVersion")}
            for (kind, inside, _), item in self.objects.items()
            if kind == plural and namespace in ("", inside)
        ]
        return web.json_response({"metadata": {"resourceVersion": str(next(self._versions))}, "items": items})

    def _write(self, method: str, plural: str, namespace: str, name: str, body: Json, status: bool) -> web.Response:
        key = (plural, namespace, name)
        current = self.objects.get(key)
        self.writes.append(f"{method} {plural}{'/status' if status else ''} {name}")
        if method == "POST":
            if current is not None:
                return failure(409, "AlreadyExists")
        elif current is None:
            return failure(404, "NotFound")
        if method == "DELETE":
            wanted = body.get("preconditions", {}).get("uid")
            if wanted and current is not None and wanted != current["metadata"]["uid"]:
                return failure(409, "Conflict")
            self.remove(*key)
            return web.json_response({})
        if name in self.refuse:
            return failure(422, "Invalid", self.refuse[name])
        if method == "PATCH":
            return web.json_response(self.put({**current, **body}, plural, namespace))
        if method == "PUT" and current is not None:
            if body["metadata"].get("resourceVersion") != current["metadata"]["resourceVersion"]:
                return failure(409, "Conflict")
            body = (
                {**current, "status": body.get("status")} if status else {**body, "status": current.get("status", {})}
            )
            if all(body.get(part) == current.get(part) for part in ("spec", "metadata", "status")):
                return web.json_response(current)
        if method == "POST":
            self.created.append(f"{plural} {name}")
        return web.json_response(self.put(body, plural, namespace), status=201 if method == "POST" else 200)

    async def _watch(self, request: web.Request, plural: str, namespace: str) -> web.StreamResponse:
        queue: asyncio.Queue[Json] = asyncio.Queue()
        since = int(request.query["resourceVersion"])
        for (kind, inside, _), item in self.objects.items():
            if kind == plural and namespace in ("", inside) and int(item["metadata"]["resourceVersion"]) > since:
                queue.put_nowait({"type": "MODIFIED", "object": item})
        self._watchers.append((plural, namespace, queue))
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(json.dumps(await queue.get()).encode() + b"\n")
