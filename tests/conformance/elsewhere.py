"""Keys that speak to SeldonDeployments of other recordings: gRPC calls and the Python clients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import clients, grpc_calls
from .case import Case
from .plan import CannotRun
from .processes import Running, StartFailed, Workshop
from .result import Result

Json = dict[str, Any]

KEYS = {"calls", "seldonClient", "testers"}
CLIENTS_SPEAK_TO = "iris-model"


def compare_elsewhere(case: Case, workshop: Workshop) -> Iterator[Result]:
    """Results for the keys of KEYS that the recording has."""
    yield from _calls(case, workshop)
    keys = [key for key in ("seldonClient", "testers") if case.raw.get(key)]
    if not keys:
        return
    manifest = workshop.manifest(sdep=CLIENTS_SPEAK_TO)
    if manifest is None:
        for key in keys:
            yield Result(case.name, key, "all", "skipped", f"no recording has the manifest of {CLIENTS_SPEAK_TO}")
        return
    running = Running(workshop, manifest, {})
    try:
        if "seldonClient" in keys:
            yield from clients.compare_clients(case.name, case.raw["seldonClient"], workshop, running)
        if "testers" in keys:
            yield from clients.compare_testers(case.name, case.raw, workshop, running)
    finally:
        running.close()


def _calls(case: Case, workshop: Workshop) -> Iterator[Result]:
    calls: list[Json] = case.raw.get("calls") or []
    for source, service in dict.fromkeys((call.get("manifestIn", ""), call["service"]) for call in calls):
        chosen = [call for call in calls if (call.get("manifestIn", ""), call["service"]) == (source, service)]
        manifest = workshop.manifest(case=source, service=service) if source else case.manifest
        if manifest is None:
            for call in chosen:
                yield Result(
                    case.name, "calls", call["about"], "skipped", f"there is no recording {source!r} with its manifest"
                )
            continue
        try:
            running = Running(workshop, manifest, {})
        except (CannotRun, StartFailed) as error:
            for call in chosen:
                yield Result(case.name, "calls", call["about"], "skipped", f"cannot be run as processes: {error}")
            continue
        try:
            for call in chosen:
                port = running.port(call)
                if port is None:
                    lines = [f"nothing listens for {call['service']}:{call['port']}"]
                else:
                    lines = grpc_calls.compare(call, grpc_calls.send(port, call), running.as_recorded)
                outcome = "differs" if lines else "agreed"
                yield Result(case.name, "calls", call["about"], outcome, "; ".join(lines))
        finally:
            running.close()
