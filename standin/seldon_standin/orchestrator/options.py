"""Command line, environment and annotations of the orchestrator: those of the original executor."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .protocols import PROTOCOLS

ANNOTATIONS = "/etc/podinfo/annotations"


@dataclass(frozen=True)
class Options:
    """What the process was asked to do. Durations in seconds, sizes in bytes; None means no limit."""

    sdep: str
    namespace: str
    predictor: str
    file: str
    hostname: str
    protocol: str
    http_port: int
    grpc_port: int
    prometheus_path: str
    full_health_checks: bool
    log_level: str
    log_queue: int
    log_timeout: float
    graceful_timeout: float
    shutdown_delay: float
    rest_timeout: float | None
    grpc_timeout: float | None
    grpc_max_message: int | None
    inject_routing: bool
    default_sink: str
    cors_origin: str


def _flag(text: str) -> bool:
    return text.lower() in ("1", "t", "true")


def _duration(text: str) -> float:
    """Seconds of a Go duration such as 15s, 1m30s or 200ms."""
    units = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
    seconds, digits, rest = 0.0, "", text.strip()
    while rest:
        if rest[0].isdigit() or rest[0] == ".":
            digits, rest = digits + rest[0], rest[1:]
            continue
        unit = "ms" if rest.startswith("ms") else rest[0]
        if unit not in units or not digits:
            raise argparse.ArgumentTypeError(f"{text} is no duration; write for example 15s")
        seconds, digits, rest = seconds + float(digits) * units[unit], "", rest[len(unit) :]
    return seconds + (float(digits) if digits else 0.0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="seldon_standin.orchestrator", allow_abbrev=False)

    # Go accepts one dash or two before a name; so do we.
    def add(name: str, default: object, **more: object) -> None:
        parser.add_argument(f"--{name}", f"-{name}", dest=name, default=default, **more)  # type: ignore[arg-type]

    for name in ("sdep", "namespace", "predictor", "file", "hostname"):
        add(name, "")
    add("http_port", 8080, type=int)
    add("grpc_port", 5000, type=int)
    add("protocol", "seldon")
    add("transport", "rest")
    add("server_type", "rpc")
    add("prometheus_path", "/metrics")
    add("full_health_checks", False, type=_flag, nargs="?", const=True)
    add("log_level", "INFO")
    add("debug", False, type=_flag, nargs="?", const=True)
    add("log_work_buffer_size", 10000, type=int)
    add("log_write_timeout_ms", 2000, type=int)
    add("graceful_timeout", 15.0, type=_duration)
    # A busy node's kube-proxy sends new connections for seconds after a pod's end began; the components stop at 10 s.
    add("shutdown_delay", 8.0, type=_duration)
    return parser


def read_annotations(path: str) -> dict[str, str]:
    """The pod's annotations as the downward API writes them: one key="value" a line. No file: no annotations."""
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return {}
    found = {}
    for line in lines:
        key, equals, value = line.partition("=")
        if equals:
            found[key.strip()] = value.strip().strip('"')
    return found


def _milliseconds(annotations: Mapping[str, str], key: str) -> float | None:
    try:
        value = int(annotations.get(key, "0") or "0")
    except ValueError:
        raise SystemExit(f"the annotation {key} must be a number of milliseconds; correct the manifest") from None
    return value / 1000 if value > 0 else None


def parse(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Options:
    """Options from the original's arguments. Exits with a sentence when they do not make sense."""
    parsed, unknown = _parser().parse_known_args(arguments)
    if unknown:
        print(f"arguments without a meaning here, ignored: {' '.join(unknown)}", flush=True)
    for name in ("sdep", "namespace", "predictor"):
        if not getattr(parsed, name):
            raise SystemExit(f"--{name} must be provided")
    if parsed.protocol not in PROTOCOLS:
        raise SystemExit(
            f"the stand-in serves protocol {' or '.join(PROTOCOLS)}, not {parsed.protocol}; "
            "use Seldon Core's own executor"
        )
    if parsed.server_type != "rpc":
        raise SystemExit(f"the stand-in has no server type {parsed.server_type}; use rpc")
    annotations = read_annotations(environment.get("PODINFO_ANNOTATIONS", ANNOTATIONS))
    max_message = int(annotations.get("seldon.io/grpc-max-message-size", "0") or "0")
    return Options(
        sdep=parsed.sdep,
        namespace=parsed.namespace,
        predictor=parsed.predictor,
        file=parsed.file,
        hostname=parsed.hostname,
        protocol=parsed.protocol,
        http_port=parsed.http_port,
        grpc_port=parsed.grpc_port,
        prometheus_path=parsed.prometheus_path,
        full_health_checks=bool(parsed.full_health_checks),
        log_level="DEBUG" if parsed.debug else environment.get("SELDON_LOG_LEVEL", parsed.log_level).upper(),
        log_queue=parsed.log_work_buffer_size,
        log_timeout=parsed.log_write_timeout_ms / 1000,
        graceful_timeout=parsed.graceful_timeout,
        shutdown_delay=parsed.shutdown_delay,
        rest_timeout=_milliseconds(annotations, "seldon.io/rest-timeout"),
        grpc_timeout=_milliseconds(annotations, "seldon.io/grpc-timeout"),
        grpc_max_message=max_message or None,
        inject_routing=bool(environment.get("SELDON_ENABLE_ROUTING_INJECTION")),
        default_sink=environment.get("REQUEST_LOGGER_DEFAULT_ENDPOINT", "http://default-broker"),
        cors_origin=environment.get("CORS_ALLOWED_ORIGINS", "*"),
    )
