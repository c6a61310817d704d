"""A small client of the Kubernetes API: JSON in, JSON out.

The published clients load models of every kind, which costs more memory than the whole operator needs.
"""

from __future__ import annotations

import base64
import json
import os
import ssl
import tempfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
import yaml

Json = dict[str, Any]

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
# A request that takes longer is given up and tried again.
PATIENCE = 20
WATCH_SECONDS = 60


class ApiError(Exception):
    """The API server refused: `code` is the HTTP status, `reason` Kubernetes' one word for it."""

    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.code, self.reason, self.message = code, reason, message


class Unreachable(Exception):
    """No answer: the API server is away, or the way to it."""


@dataclass(frozen=True)
class Access:
    """Where the API server is and how to be believed. `token` is a file, because tokens are renewed in place."""

    base: str
    tls: ssl.SSLContext | bool
    token: Path | None = None


def in_cluster(env: Mapping[str, str], account: Path = ACCOUNT) -> Access:
    """Access as the pod's service account."""
    host, port = env["KUBERNETES_SERVICE_HOST"], env["KUBERNETES_SERVICE_PORT"]
    host = f"[{host}]" if ":" in host else host
    tls = ssl.create_default_context(cafile=str(account / "ca.crt"))
    return Access(f"https://{host}:{port}", tls, account / "token")


def from_kubeconfig(path: Path) -> Access:
    """Access as the current context's user, who must have a client certificate (kind's users do)."""
    config = yaml.safe_load(path.read_text())

    def named(part: str, name: str) -> Json:
        entry: Json = next(item for item in config[part + "s"] if item["name"] == name)[part]
        return entry

    context = named("context", config["current-context"])
    cluster, user = named("cluster", context["cluster"]), named("user", context["user"])
    tls: ssl.SSLContext | bool = True
    if cluster["server"].startswith("https"):
        tls = ssl.create_default_context(cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
        with tempfile.NamedTemporaryFile() as pair:
            for part in ("client-certificate-data", "client-key-data"):
                pair.write(base64.b64decode(user[part]))
            pair.flush()
            tls.load_cert_chain(pair.name)
    return Access(cluster["server"], tls)


def find_access(env: Mapping[str, str] = os.environ) -> Access:
    """The service account in a pod, else KUBECONFIG."""
    if "KUBERNETES_SERVICE_HOST" in env and ACCOUNT.is_dir():
        return in_cluster(env)
    return from_kubeconfig(Path(env.get("KUBECONFIG") or Path.home() / ".kube/config"))


class Api:
    """An open client; use it with `async with`. Paths are like /api/v1/namespaces/NAMESPACE/services/NAME."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(ssl=self._access.tls, limit=32)
        self._session = aiohttp.ClientSession(connector=connector)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._session is not None
        await self._session.close()

    def _headers(self) -> dict[str, str]:
        token = self._access.token
        return {"Authorization": f"Bearer {token.read_text().strip()}"} if token else {}

    async def request(
        self, method: str, path: str, body: Json | None = None, *, query: Mapping[str, str] | None = None
    ) -> Json:
        """One request. Raises ApiError for a refusal and Unreachable when there is no answer."""
        assert self._session is not None
        headers = self._headers()
        if method == "PATCH":
            headers["Content-Type"] = "application/merge-patch+json"
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        try:
            async with self._session.request(
                method,
                self._access.base + path,
                data=None if body is None else json.dumps(body),
                params=query,
                headers={"Content-Type": "application/json", **headers},
                timeout=timeout,
            ) as response:
                return _answer(response.status, await response.read())
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(f"{method} {path}: {error or type(error).__name__}") from error

    async def get(self, path: str, *, query: Mapping[str, str] | None = None) -> Json | None:
        """The object, or None if there is none."""
        try:
            return await self.request("GET", path, query=query)
        except ApiError as error:
            if error.code == 404:
                return None
            raise

    async def delete(self, path: str, *, uid: str, foreground: bool = False) -> None:
        """Delete this very object; that it is gone already is no error."""
        policy = "Foreground" if foreground else "Background"
        body = {"propagationPolicy": policy, "preconditions": {"uid": uid}}
        try:
            await self.request("DELETE", path, body)
        except ApiError as error:
            if error.code not in (404, 409):
                raise

    async def watch(self, path: str, version: str) -> AsyncIterator[Json]:
        """Events after `version` until the server ends the watch, about a minute later.

        Raises ApiError (410 when `version` is too old) and Unreachable.
        """
        assert self._session is not None
        query = {
            "watch": "1",
            "resourceVersion": version,
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(WATCH_SECONDS),
        }
        # Silence for longer than the server was asked to stay means that the connection is dead.
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=PATIENCE, sock_read=WATCH_SECONDS + 15)
        try:
            async with self._session.get(
                self._access.base + path, params=query, headers=self._headers(), timeout=timeout
            ) as response:
                if response.status != 200:
                    _answer(response.status, await response.read())
                async for line in _lines(response.content):
                    yield json.loads(line)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(f"watch {path}: {error or type(error).__name__}") from error


async def _lines(content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
    """Lines of any length: one object may be larger than the reader's own limit for a line."""
    pending = bytearray()
    async for chunk in content.iter_any():
        pending += chunk
        *whole, rest = pending.split(b"\n")
        for line in whole:
            if line:
                yield bytes(line)
        pending = bytearray(rest)


def _answer(code: int, text: bytes) -> Json:
    try:
        body: Json = json.loads(text)
    except ValueError:
        body = {"message": text.decode(errors="replace")[:500]}
    if code >= 500 or code == 429:
        raise Unreachable(f"the API server answered {code}: {body.get('message', '')}")
    if code >= 400:
        raise ApiError(code, body.get("reason", ""), body.get("message", ""))
    return body
