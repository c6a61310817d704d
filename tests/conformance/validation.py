"""Compares what is refused and accepted, and in which words, with the recorded cases."""

from __future__ import annotations

from typing import Any

from . import admission
from .differences import differences
from .objects import chart_settings
from .result import Result

Json = dict[str, Any]


def compare_validation(name: str, case: Json) -> list[Result]:
    """One result for each of the recording's `cases` with kubectl's words, and with the API server's answer."""
    results = []
    for recorded in case.get("cases", []):
        if "kubectl" not in recorded:
            continue
        code, status = admission.api(recorded["manifest"], list(chart_settings().servers))
        ours = admission.kubectl(recorded["manifest"], code, status)
        expected = {key: recorded["kubectl"][key] for key in ("exit", "stdout", "stderr")}
        lines = differences(expected, ours, "kubectl")
        if recorded.get("api") is not None:
            lines += differences(recorded["api"], {"httpCode": code, "status": status}, "api")
        outcome = "differs" if lines else "agreed"
        results.append(Result(name, "cases", recorded["about"], outcome, "; ".join(lines)))
    return results
