"""The webhook over real HTTPS."""

import asyncio
import os
import shutil
import ssl
import subprocess
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from seldon_standin.operator import webhook
from seldon_standin.operator.settings import Settings

from ....ports import free_port
from ....waiting import PATIENCE

Json = dict[str, Any]


def certify(folder: Path) -> None:
    """A fresh self-signed certificate for localhost, put in place as the kubelet does: whole."""
    fresh = folder / "fresh"
    fresh.mkdir()
    subprocess.run(
        [
            *["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"],
            *("-addext", "subjectAltName=DNS:localhost", "-keyout", fresh / "tls.key", "-out", fresh / "tls.crt"),
        ],
        check=True,
        capture_output=True,
    )
    for name in ("tls.key", "tls.crt"):
        os.replace(fresh / name, folder / name)
    shutil.rmtree(fresh)


def trusting(folder: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(folder / "tls.crt"))


async def post(address: str, body: Any, trust: ssl.SSLContext) -> tuple[int, Any]:
    async with aiohttp.ClientSession() as session, session.post(address, json=body, ssl=trust) as response:
        return response.status, await response.json() if response.status == 200 else None


async def listening(number: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", number)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return


def review(sdep: Json, operation: str = "CREATE") -> Json:
    return {"request": {"uid": "u", "operation": operation, "object": sdep}}


def test_it_refuses_and_accepts_over_tls(iris: Json, tmp_path: Path) -> None:
    async def scenario() -> None:
        certify(tmp_path)
        number = free_port()
        task = asyncio.ensure_future(webhook.serve(Settings, tmp_path, number, "127.0.0.1"))
        await listening(number)
        address = f"https://localhost:{number}{webhook.PATH}"
        trust = trusting(tmp_path)
        code, body = await post(address, review(iris), trust)
        assert (code, body["response"]) == (200, {"uid": "u", "allowed": True})
        iris["spec"]["predictors"] = []
        _, body = await post(address, review(iris), trust)
        assert body["response"]["allowed"] is False
        assert body["response"]["status"]["code"] == 422
        health = f"https://localhost:{number}/healthz"
        async with aiohttp.ClientSession() as session, session.get(health, ssl=trust) as response:
            assert response.status == 200
        task.cancel()
        await asyncio.wait([task])

    asyncio.run(asyncio.wait_for(scenario(), PATIENCE))


def test_a_new_certificate_is_taken_without_a_restart(
    iris: Json, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "CERTIFICATE_CHECK_SECONDS", 0.05)

    async def scenario() -> None:
        certify(tmp_path)
        number = free_port()
        task = asyncio.ensure_future(webhook.serve(Settings, tmp_path, number, "127.0.0.1"))
        await listening(number)
        certify(tmp_path)
        trust = trusting(tmp_path)
        while True:
            try:
                code, _ = await post(f"https://localhost:{number}{webhook.PATH}", review(iris), trust)
            except aiohttp.ClientConnectorCertificateError:
                await asyncio.sleep(0.05)
            else:
                break
        assert code == 200
        task.cancel()
        await asyncio.wait([task])

    asyncio.run(asyncio.wait_for(scenario(), PATIENCE))


def test_deletion_is_never_refused(iris: Json) -> None:
    iris["spec"]["predictors"] = []
    assert webhook.answer(review(iris, "DELETE"), Settings())["response"]["allowed"] is True


def test_without_a_certificate_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        asyncio.run(webhook.serve(Settings, tmp_path, free_port(), "127.0.0.1"))
