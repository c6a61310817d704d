"""What the chart tells the operator: environment variables and the files of the ConfigMap seldon-config."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import SELDON_VERSION

Json = dict[str, Any]

CONFIG_KEYS = ("predictor_servers", "storageInitializer", "explainer")


class SettingsError(Exception):
    """A setting that the operator cannot use; the message says which and why."""


@dataclass(frozen=True)
class Settings:
    """Every choice that is not in a SeldonDeployment itself. Delays are in seconds, ports are TCP ports."""

    orchestrator_image: str = f"localhost/seldon-core-standin:{SELDON_VERSION}"
    orchestrator_pull_policy: str = "IfNotPresent"
    orchestrator_http_port: int = 8000
    orchestrator_grpc_port: int = 5001
    orchestrator_metrics_port_name: str = "metrics"
    orchestrator_user: int | None = 8888
    orchestrator_service_account: str = "default"
    orchestrator_resources: Json = field(
        default_factory=lambda: {
            "requests": {"cpu": "500m", "memory": "512Mi"},
            "limits": {"cpu": "500m", "memory": "512Mi"},
        }
    )
    full_health_checks: str = "false"
    prometheus_path: str = "/prometheus"
    request_logger_endpoint: str = "http://default-broker"
    logger_queue_size: str = "10000"
    logger_write_timeout: str = "2000"
    default_user: int | None = 8888
    unit_http_port: int = 9000
    unit_grpc_port: int = 9500
    unit_metrics_port: int = 6000
    unit_metrics_port_name: str = "metrics"
    unit_env_secret: str = ""
    name_as_prefix: bool = False
    # The original waits 20 s before the first readiness probe; this is the stand-in's one deliberate difference.
    readiness_delay: int = 1
    controller_id: str = ""
    servers: Mapping[str, Json] = field(default_factory=dict)
    storage: Mapping[str, str] = field(default_factory=dict)
    explainer_image: str = ""
    explainer_image_v2: str = ""


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, "")
    if not text:
        return default
    try:
        return int(text)
    except ValueError:
        raise SettingsError(f"{name} is {text!r}, which is not a number; set it in the chart's values.") from None


def _user(env: Mapping[str, str], name: str) -> int | None:
    return _number(env, name, 0) if env.get(name) else None


def from_environment(env: Mapping[str, str], config: Mapping[str, str]) -> Settings:
    """Read the variables that the original's chart sets, and the texts of seldon-config by key.

    Raises SettingsError for a number or a JSON text that does not parse.
    """
    standard = Settings()
    parsed: dict[str, Any] = {}
    for key in CONFIG_KEYS:
        try:
            parsed[key] = json.loads(config.get(key) or "{}")
        except json.JSONDecodeError as error:
            raise SettingsError(f"{key} in the ConfigMap seldon-config is not JSON ({error}); correct it.") from None

    def resource(kind: str, unit: str) -> str:
        default: str = standard.orchestrator_resources[kind + "s"][unit]
        return env.get(f"EXECUTOR_DEFAULT_{unit.upper()}_{kind.upper()}") or default

    return Settings(
        orchestrator_image=env.get("RELATED_IMAGE_EXECUTOR")
        or env.get("EXECUTOR_CONTAINER_IMAGE_AND_VERSION")
        or standard.orchestrator_image,
        orchestrator_pull_policy=env.get("EXECUTOR_CONTAINER_IMAGE_PULL_POLICY") or "IfNotPresent",
        orchestrator_http_port=_number(env, "EXECUTOR_SERVER_PORT", standard.orchestrator_http_port),
        orchestrator_grpc_port=_number(env, "EXECUTOR_SERVER_GRPC_PORT", standard.orchestrator_grpc_port),
        orchestrator_metrics_port_name=env.get("EXECUTOR_SERVER_METRICS_PORT_NAME") or "metrics",
        orchestrator_user=_user(env, "EXECUTOR_CONTAINER_USER"),
        orchestrator_service_account=env.get("EXECUTOR_CONTAINER_SERVICE_ACCOUNT_NAME") or "default",
        orchestrator_resources={
            "requests": {unit: resource("request", unit) for unit in ("cpu", "memory")},
            "limits": {unit: resource("limit", unit) for unit in ("cpu", "memory")},
        },
        full_health_checks=env.get("EXECUTOR_FULL_HEALTH_CHECKS") or "false",
        prometheus_path=env.get("EXECUTOR_PROMETHEUS_PATH") or standard.prometheus_path,
        request_logger_endpoint=env.get("EXECUTOR_REQUEST_LOGGER_DEFAULT_ENDPOINT") or standard.request_logger_endpoint,
        logger_queue_size=env.get("EXECUTOR_REQUEST_LOGGER_WORK_QUEUE_SIZE") or standard.logger_queue_size,
        logger_write_timeout=env.get("EXECUTOR_REQUEST_LOGGER_WRITE_TIMEOUT_MS") or standard.logger_write_timeout,
        default_user=_user(env, "DEFAULT_USER_ID"),
        unit_http_port=_number(env, "PREDICTIVE_UNIT_HTTP_SERVICE_PORT", standard.unit_http_port),
        unit_grpc_port=_number(env, "PREDICTIVE_UNIT_GRPC_SERVICE_PORT", standard.unit_grpc_port),
        unit_metrics_port=_number(env, "PREDICTIVE_UNIT_METRICS_SERVICE_PORT", standard.unit_metrics_port),
        unit_metrics_port_name=env.get("PREDICTIVE_UNIT_METRICS_PORT_NAME") or "metrics",
        unit_env_secret=env.get("PREDICTIVE_UNIT_DEFAULT_ENV_SECRET_REF_NAME") or "",
        name_as_prefix=env.get("DEPLOYMENT_NAME_AS_PREFIX") == "true",
        readiness_delay=_number(env, "READINESS_DELAY_SECONDS", standard.readiness_delay),
        controller_id=env.get("CONTROLLER_ID") or "",
        servers=parsed["predictor_servers"],
        storage=parsed["storageInitializer"],
        explainer_image=env.get("RELATED_IMAGE_EXPLAINER") or parsed["explainer"].get("image", ""),
        explainer_image_v2=env.get("RELATED_IMAGE_EXPLAINER_V2") or parsed["explainer"].get("image_v2", ""),
    )


def read_config(folder: Path) -> dict[str, str]:
    """The texts of a mounted ConfigMap by key; a key without a file is left out."""
    return {key: (folder / key).read_text() for key in CONFIG_KEYS if (folder / key).is_file()}
