"""What was really sent in a run, counted without the orchestrator: its counters must show as much."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Json = dict[str, Any]
Labels = Mapping[str, str]

WAIT_SECONDS = 60.0
# A line of the wrapper's access log (gunicorn's): "POST /predict HTTP/1.1" 200
ACCESS = re.compile(r'"([A-Z]+) (/\S*) HTTP/1\.1" (\d{3}) ')
SERVICES = {"health": "status"}  # /api/v1.0/health/status
V2_SERVICES = {"infer": "predictions", "ready": "status"}  # /v2/models/NAME/…


def service_of(path: str) -> str:
    """The orchestrator's name, in its counters, for what is asked with a path of its API; empty for any other path."""
    parts = path.partition("?")[0].strip("/").split("/")
    if parts[0] == "v2" and len(parts) > 2:
        return "status" if parts[1] == "health" else V2_SERVICES.get(parts[-1], "metadata")
    if parts[0] == "api" and len(parts) > 2:
        return SERVICES.get(parts[2], parts[2])
    return ""


class Tally:
    """`logs` are those of the wrappers, by the name of their node."""

    def __init__(self, logs: Mapping[str, Path]) -> None:
        self._logs = logs
        self._server: Counter[tuple[str, str, str]] = Counter()

    def sent(self, request: Json, status: int) -> None:
        """Note a request that the orchestrator counts."""
        service = service_of(request["path"])
        if service:
            self._server[service, request["method"].lower(), str(status)] += 1

    def count(self, name: str, labels: Labels, at_least: int) -> int | None:
        """How often the requests behind a `_count` series were made; None where nothing but the orchestrator knows.

        The components write their logs after they have answered, so it waits a little for `at_least` lines.
        """
        if not name.endswith("_count"):
            return None
        if name.startswith("seldon_api_executor_server_"):
            return self._server[labels["service"], labels["method"], labels["code"]]
        log = self._logs.get(labels.get("model_name", ""))
        if not name.startswith("seldon_api_executor_client_") or log is None:
            return None
        wanted = labels["method"].upper(), labels["service"], labels["code"]
        return _waited(lambda: ACCESS.findall(log.read_text(errors="replace")).count(wanted), at_least)


def _waited(count: Callable[[], int], at_least: int) -> int:
    deadline = time.monotonic() + WAIT_SECONDS
    while (found := count()) < at_least and time.monotonic() < deadline:
        time.sleep(0.02)
    return found
