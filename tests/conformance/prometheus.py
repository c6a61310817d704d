"""Compares what stands behind a metrics port with the recorded families: types, series, buckets, quantiles, counts."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from .result import Result
from .tally import service_of

Json = dict[str, Any]
Series = tuple[str, tuple[tuple[str, str], ...]]

# Differ from process to process.
VOLATILE_LABELS = {"worker_id"}
# Speak of the scrape itself.
UNCOUNTED = ("promhttp_metric_handler_",)
# How long something took, where the recording has the number.
SECONDS = {"model_infer_request_duration_sum"}
LINE = re.compile(r"^(?P<name>[\w:]+)(?:\{(?P<labels>.*)\})? (?P<value>\S+)$")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


@dataclass
class Family:
    kind: str
    series: dict[Series, str] = field(default_factory=dict)
    bounds: dict[str, set[str]] = field(default_factory=dict)  # le and quantile -> values


def parse(text: str) -> dict[str, Family]:
    """Families of the text format; buckets and quantiles go to `bounds`, other samples to `series`."""
    families: dict[str, Family] = {}
    current = ""
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, current, kind = line.split(" ", 3)
            families.setdefault(current, Family(kind))  # the wrapper repeats a family for each method
        match = LINE.match(line)
        if match is None or line.startswith("#") or not current:
            continue
        labels = dict(LABEL.findall(match["labels"] or ""))
        family = families[current]
        for bound in ("le", "quantile"):
            if bound in labels:
                family.bounds.setdefault(bound, set()).add(labels[bound])
                break
        else:
            family.series[_series(match["name"], labels)] = match["value"]
    return families


def _series(name: str, labels: dict[str, str]) -> Series:
    return name, tuple(sorted((key, value) for key, value in labels.items() if key not in VOLATILE_LABELS))


# (sample's name, labels, at least) -> how often the requests behind it were made in this run, None if nobody knows.
Made = Callable[[str, dict[str, str], int], int | None]


@dataclass(frozen=True)
class Run:
    """What is known of a run beside its metrics."""

    caused: set[tuple[str, str]]  # what the file's exchanges lead to: (service, status)
    by_lot: bool  # a node draws its branch, so that the counts are not comparable with the recorded ones
    made: Made


def compare(case: str, key: str, port: str, recorded: Json, text: str, run: Run) -> Iterator[Result]:
    """A result for each recorded family."""
    ours = parse(text)
    for family in recorded["families"]:
        name = family["name"]
        lines, left_out = [], []
        mine = ours.get(name)
        if mine is None:
            lost = "feedback" in name and all(cause != "feedback" for cause, _ in run.caused)
            reason = "it comes from feedback that the file does not hold" if lost else "ours has no such family"
            yield Result(case, key, f"{port} {name}", "skipped" if lost else "differs", reason)
            continue
        if mine.kind != family["type"]:
            lines.append(f"type: recorded {family['type']}, ours {mine.kind}")
        for label, part in (("le", "buckets"), ("quantile", "quantiles")):
            if part in family and not _same_bounds(family[part], mine.bounds.get(label, set())):
                lines.append(f"{part}: recorded {family[part]}, ours {sorted(mine.bounds.get(label, ()))}")
        known = {_series(sample["sample"], sample["labels"]): sample["value"] for sample in family["samples"]}
        for series, value in known.items():
            if series not in mine.series:
                if _uncaused(series, run.caused):
                    left_out.append(f"{_show(series)} comes from a request that the file does not hold")
                else:
                    lines.append(f"{_show(series)}: ours has none")
            elif not name.startswith(UNCOUNTED) and series[0] not in SECONDS:
                wrong, unheld = _count(series, value, mine.series[series], run)
                lines += wrong
                left_out += unheld
        lines += [f"{_show(series)}: recorded has none" for series in mine.series if series not in known]
        yield Result(case, key, f"{port} {name}", "differs" if lines else "agreed", "; ".join(lines))
        for reason in left_out:
            yield Result(case, key, f"{port} {name}", "skipped", reason)


def _same_bounds(recorded: list[str], ours: set[str]) -> bool:
    left, right = sorted(map(float, recorded)), sorted(map(float, ours))
    return len(left) == len(right) and all(map(partial(math.isclose, rel_tol=1e-9), left, right))


def _count(series: Series, recorded: str, ours: str, run: Run) -> tuple[list[str], list[str]]:
    """(what differs, what is left out) of one value.

    The recording may count requests that its file does not hold. Then ours must be what this run really made, and the
    series is left out; so is one that is drawn by lot.
    """
    try:
        left, right = float(recorded), float(ours)
    except ValueError:
        return [], []  # "<seconds>"
    drawn = run.by_lot and series[0].startswith("seldon_api_executor_") and series[0].endswith("_count")
    if left == right and not drawn:
        return [], []
    said = f"{_show(series)}: recorded {recorded}, ours {ours}"
    if left < right and not run.by_lot:
        return [said], []
    made = run.made(series[0], dict(series[1]), int(right))
    if made is not None and made != right:
        return [f"{said}, but {made} were made"], []
    return [], [f"{_show(series)}: drawn by lot" if drawn else said]


# What a component is asked for -> the service of the orchestrator that leads to it.
CAUSES = {"/metadata": "metadata", "/health/status": "status", "/send-feedback": "feedback"}


def cause(path: str) -> str:
    """The service of the orchestrator that leads to a component's path, in either protocol."""
    return service_of(path) if path.startswith("/v2/") else CAUSES.get(path, "predictions")


def _uncaused(series: Series, caused: set[tuple[str, str]]) -> bool:
    """Whether a series comes from a request that is not among the file's exchanges."""
    labels = dict(series[1])
    if "executor_server" in series[0]:
        return (labels.get("service", ""), labels.get("code", "")) not in caused
    if "executor_client" in series[0]:
        return (cause(labels.get("service", "")), labels.get("code", "")) not in caused
    if series[0].startswith("rest_server_"):  # MLServer's
        return (cause(labels.get("path", "")), labels.get("status_code", "")) not in caused
    return False


def _show(series: Series) -> str:
    name, labels = series
    kept = {"code", "method", "model_name", "service"}
    return name + "{" + ",".join(f"{key}={value}" for key, value in labels if key in kept) + "}"
