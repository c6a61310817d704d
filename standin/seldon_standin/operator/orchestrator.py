"""The orchestrator (names that the API fixes say engine or executor): in the first pod, or in a pod of its own."""

from __future__ import annotations

import base64
import json
from typing import Any

from . import deployments, graph, names
from .applied import canonical
from .settings import Settings

Json = dict[str, Any]

NAME = "seldon-container-engine"
ENV_ANNOTATION = "seldon.io/engine-"
QUEUE_SIZE = "seldon.io/executor-logger-queue-size"
WRITE_TIMEOUT = "seldon.io/executor-logger-write-timeout-ms"


class ComponentError(Exception):
    """A SeldonDeployment that passed admission and yet cannot be deployed; the message is the status's description."""


def predictor_json(predictor: Json) -> Json:
    """What the orchestrator gets as ENGINE_PREDICTOR (before base64).

    Explainer, traffic and replicas are not in it, so that changing them does not restart the pods.
    """
    shown: Json = _written({key: value for key, value in predictor.items() if key not in ("explainer", "traffic")})
    shown["replicas"] = 0
    shown.setdefault("engineResources", {})
    shown.setdefault("svcOrchSpec", {})
    for component in shown.get("componentSpecs") or []:
        component["metadata"] = {**(component.get("metadata") or {}), "creationTimestamp": None}
        for container in component.get("spec", {}).get("containers") or []:
            container.setdefault("resources", {})
    return shown


# Maps that Go leaves out when they are empty, and truths that it leaves out when they are false.
MAPS = {"annotations", "labels", "nodeSelector", "limits", "requests", "config"}
TRUTHS = {"shadow", "readOnly", "stdin", "stdinOnce", "tty", "hostNetwork", "hostPID", "hostIPC"}


def _written(value: Any, key: str = "") -> Any:
    """A copy as Go writes it: without null, empty texts and lists, and the empty maps and false truths above.

    The parameters of a node keep their empty texts; amounts of resources are in their canonical form.
    """
    if isinstance(value, list):
        return [_written(one, key) for one in value]
    if not isinstance(value, dict):
        return value
    if key in ("limits", "requests"):
        return {name: canonical(amount) for name, amount in value.items()}
    kept = {}
    for name, inner in value.items():
        empty = inner is None or inner == [] or (inner == {} and name in MAPS) or (inner is False and name in TRUTHS)
        if not empty and (inner != "" or key == "parameters"):
            kept[name] = _written(inner, name)
    return kept


def _encoded(predictor: Json) -> str:
    text = json.dumps(predictor_json(predictor), separators=(",", ":"), ensure_ascii=False)
    return base64.b64encode(text.encode()).decode()


def _check_integer(text: str, variable: str) -> None:
    try:
        int(text)
    except ValueError:
        reason = f'strconv.Atoi: parsing "{text}": invalid syntax'
        raise ComponentError(f"Failed to parse {text} as integer for {variable}. {reason}") from None


def _arguments(sdep: Json, predictor: Json, settings: Settings) -> list[str]:
    spec = sdep["spec"]
    queue = names.annotation(sdep, QUEUE_SIZE, settings.logger_queue_size)
    timeout = names.annotation(sdep, WRITE_TIMEOUT, settings.logger_write_timeout)
    _check_integer(queue, "EXECUTOR_REQUEST_LOGGER_WORK_QUEUE_SIZE")
    _check_integer(timeout, "EXECUTOR_REQUEST_LOGGER_WRITE_TIMEOUT_MS")
    flags = {
        "--sdep": sdep["metadata"]["name"],
        "--namespace": sdep["metadata"]["namespace"],
        "--predictor": predictor["name"],
        "--http_port": str(settings.orchestrator_http_port),
        "--grpc_port": str(settings.orchestrator_grpc_port),
        "--protocol": spec.get("protocol") or "seldon",
        "--transport": spec.get("transport") or "rest",
        "--prometheus_path": settings.prometheus_path,
        "--server_type": spec.get("serverType") or "rpc",
        "--log_work_buffer_size": queue,
        "--log_write_timeout_ms": timeout,
    }
    arguments = [part for flag in flags.items() for part in flag]
    return [*arguments, f"--full_health_checks={settings.full_health_checks}"]


def _environment(sdep: Json, predictor: Json, settings: Settings) -> list[Json]:
    """Ours, then svcOrchSpec.env, then annotations seldon.io/engine-some-name as SOME_NAME unless given before."""
    env: list[Json] = [
        {"name": "ENGINE_PREDICTOR", "value": _encoded(predictor)},
        {"name": "REQUEST_LOGGER_DEFAULT_ENDPOINT", "value": settings.request_logger_endpoint},
    ]
    given = (predictor.get("svcOrchSpec") or {}).get("env") or []
    env += given
    taken = {variable["name"] for variable in given}
    for key, value in sorted((sdep["spec"].get("annotations") or {}).items()):
        if key.startswith(ENV_ANNOTATION) and key != graph.SEPARATE_POD:
            name = key.removeprefix(ENV_ANNOTATION).replace("-", "_").upper()
            if name not in taken:
                env.append({"name": name, "value": value})
    return env


def container(sdep: Json, predictor: Json, settings: Settings) -> Json:
    """The orchestrator's container for a predictor, whose graph must have its endpoints.

    Raises ComponentError for an annotation that is not a number.
    """
    http_port = settings.orchestrator_http_port
    tls = bool((predictor.get("ssl") or {}).get("certSecretName"))

    def probe(path: str, delay: int) -> Json:
        return {
            "httpGet": {"path": path, "port": http_port, "scheme": "HTTPS" if tls else "HTTP"},
            "initialDelaySeconds": delay,
            "timeoutSeconds": 60,
            "periodSeconds": 5,
            "successThreshold": 1,
            "failureThreshold": 3,
        }

    made: Json = {
        "name": NAME,
        "image": settings.orchestrator_image,
        "imagePullPolicy": settings.orchestrator_pull_policy,
        "args": _arguments(sdep, predictor, settings),
        "env": _environment(sdep, predictor, settings),
        "ports": [
            {"name": "http", "containerPort": http_port, "protocol": "TCP"},
            {"name": settings.orchestrator_metrics_port_name, "containerPort": http_port, "protocol": "TCP"},
            {"name": "grpc", "containerPort": settings.orchestrator_grpc_port, "protocol": "TCP"},
        ],
        "readinessProbe": probe("/ready", settings.readiness_delay),
        "livenessProbe": probe("/live", 20),
        "resources": (predictor.get("svcOrchSpec") or {}).get("resources") or settings.orchestrator_resources,
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "volumeMounts": [{"name": graph.PODINFO_VOLUME, "mountPath": graph.PODINFO_PATH}],
        "securityContext": {"allowPrivilegeEscalation": False},
    }
    if settings.orchestrator_user is not None:
        made["securityContext"]["runAsUser"] = settings.orchestrator_user
    return made


def add(deployment: Json, service: str, sdep: Json, predictor: Json, settings: Settings) -> None:
    """Put the orchestrator into a Deployment, and the Deployment behind the predictor's Service."""
    if any(c["name"] == NAME for c in deployments.containers(deployment)):
        return
    made = container(sdep, predictor, settings)
    deployments.containers(deployment).append(made)
    deployment["metadata"]["labels"][deployments.CONTAINS_ORCHESTRATOR] = "true"
    deployments.label(deployment, {deployments.SELDON_APP: service}, select=True)


def deployment(sdep: Json, predictor: Json, service: str, settings: Settings) -> Json:
    """A Deployment with nothing but the orchestrator. Its seldon-deployment-id is the service's name, as recorded."""
    name = names.orchestrator(sdep["metadata"]["name"], predictor["name"])
    labels = {deployments.SELDON_APP: service, deployments.SELDON_ID: service, "app": name}
    owner_labels = {deployments.CONTAINS_ORCHESTRATOR: "true", "version": "v1", "fluentd": "true"}
    pod: Json = {
        "containers": [container(sdep, predictor, settings)],
        "terminationGracePeriodSeconds": deployments.GRACE_SECONDS,
        "dnsPolicy": "ClusterFirst",
        "schedulerName": "default-scheduler",
        "restartPolicy": "Always",
        "serviceAccountName": settings.orchestrator_service_account,
        "volumes": [deployments.podinfo_volume()],
    }
    if settings.default_user is not None:
        pod["securityContext"] = {"runAsUser": settings.default_user}
    scrape = {"prometheus.io/path": settings.prometheus_path, "prometheus.io/scrape": "true"}
    spec: Json = {
        "selector": {"matchLabels": {deployments.SELDON_APP: service, deployments.SELDON_ID: service}},
        "template": {
            "metadata": {"labels": labels | (predictor.get("labels") or {}), "annotations": scrape},
            "spec": pod,
        },
        "strategy": deployments.strategy(),
    }
    replicas = [(predictor.get("svcOrchSpec") or {}).get("replicas"), predictor.get("replicas")]
    replicas = [r for r in [*replicas, sdep["spec"].get("replicas")] if r is not None]
    if replicas:
        spec["replicas"] = replicas[0]
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": name,
            "namespace": sdep["metadata"]["namespace"],
            "labels": labels | owner_labels | (predictor.get("labels") or {}),
            "annotations": dict(sdep["spec"].get("annotations") or {}),
        },
        "spec": spec,
    }
