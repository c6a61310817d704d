"""Runs the operator: the webhook on every replica, the controller on the one that leads.

Settings come from the environment as the chart sets it. In a pod it acts as its service account, elsewhere as the user
of KUBECONFIG.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from pathlib import Path

from .. import SELDON_VERSION
from . import controller, settings, webhook
from .kube import Api, find_access
from .leader import Election
from .reconcile import Reconciler

log = logging.getLogger("operator")

LEASE = "a33bd623.machinelearning.seldon.io"


async def run() -> None:
    """Run until SIGTERM or SIGINT. Raises SettingsError and OSError for what the chart or the host got wrong."""
    env = os.environ
    config = Path(env.get("CONFIG_DIR", "/etc/seldon-config"))

    def current() -> settings.Settings:
        return settings.from_environment(env, settings.read_config(config))

    current()
    namespace = env.get("POD_NAMESPACE", "seldon-system")
    watched = env.get("WATCH_NAMESPACE", "")
    certificates = Path(env.get("CERT_DIR", "/tmp/k8s-webhook-server/serving-certs"))
    port = int(env.get("WEBHOOK_PORT", "4443"))
    identity = env.get("POD_NAME") or socket.gethostname()

    async with Api(find_access(env)) as api, asyncio.TaskGroup() as group:
        reconciler = Reconciler(api, current, namespaced=bool(watched))
        election = Election(api, namespace, env.get("LEADER_ELECTION_ID", LEASE), identity)
        tasks = [
            group.create_task(webhook.serve(current, certificates, port)),
            group.create_task(election.run(lambda: controller.control(api, reconciler, watched))),
        ]

        def stop() -> None:
            for task in tasks:
                task.cancel()

        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)


def main() -> int:
    level = os.environ.get("LOG_LEVEL", "INFO").upper()
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    log.info("this is the stand-in for Seldon Core's operator, behaviour of version %s", SELDON_VERSION)
    causes: list[BaseException] = []
    try:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(run())
    except* (settings.SettingsError, OSError) as failures:
        causes += failures.exceptions
    for cause in causes:
        print(f"The operator cannot run: {cause}", file=sys.stderr)
    return 1 if causes else 0


if __name__ == "__main__":
    sys.exit(main())
