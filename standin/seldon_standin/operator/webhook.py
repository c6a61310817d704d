"""The validating admission webhook: HTTPS with the certificate that the chart made."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from .settings import Settings
from .validation import check, refusal

Json = dict[str, Any]

log = logging.getLogger("operator.webhook")

PATH = "/validate-machinelearning-seldon-io-v1-seldondeployment"
LARGEST_REVIEW = 8 << 20
CERTIFICATE_CHECK_SECONDS = 5.0


def answer(review: Json, settings: Settings) -> Json:
    """The AdmissionReview that answers `review`; anything but creation and change is allowed."""
    request = review["request"]
    response: Json = {"uid": request["uid"], "allowed": True}
    if request.get("operation") in ("CREATE", "UPDATE"):
        spec = request["object"].get("spec") or {}
        found = check(spec, settings.servers)
        if found:
            response |= {"allowed": False, "status": refusal(found, spec.get("name") or "")}
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response}


def application(settings: Callable[[], Settings]) -> web.Application:
    """The HTTP side: the webhook itself, and /healthz for the pod's probes."""

    async def validate(request: web.Request) -> web.Response:
        return web.json_response(answer(await request.json(), settings()))

    async def healthy(request: web.Request) -> web.Response:
        return web.Response(text="ok")

    made = web.Application(client_max_size=LARGEST_REVIEW)
    made.router.add_post(PATH, validate)
    made.router.add_get("/healthz", healthy)
    return made


def _pair(folder: Path) -> tuple[Path, Path]:
    return folder / "tls.crt", folder / "tls.key"


async def _renew(context: ssl.SSLContext, folder: Path) -> None:
    """Load the certificate again when its files change: new connections get the new one."""
    loaded = [path.stat().st_mtime for path in _pair(folder)]
    while True:
        await asyncio.sleep(CERTIFICATE_CHECK_SECONDS)
        try:
            found = [path.stat().st_mtime for path in _pair(folder)]
            if found != loaded:
                context.load_cert_chain(*_pair(folder))
                loaded = found
                log.info("the webhook has a new certificate")
        except (OSError, ssl.SSLError) as error:
            log.warning("the webhook's new certificate cannot be used yet: %s", error)


async def serve(settings: Callable[[], Settings], certificates: Path, port: int, host: str | None = None) -> None:
    """Serve until cancelled. Raises OSError when there is no certificate or the port is taken."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*_pair(certificates))
    runner = web.AppRunner(application(settings), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, ssl_context=context).start()
        log.info("the webhook listens on port %d", port)
        await _renew(context, certificates)
    finally:
        await runner.cleanup()
