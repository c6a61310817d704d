"""From a recording's manifest to the processes that stand for its pods: what our operator would run, on free ports."""

from __future__ import annotations

import ast
import base64
import itertools
import json
import os
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seldon_standin.operator import applied, components

from .apiserver import stored
from .objects import ENGINE, chart_settings

Json = dict[str, Any]

WRAPPER = "seldon-core-microservice"
WRAPPER_PORTS = ("PREDICTIVE_UNIT_HTTP_SERVICE_PORT", "PREDICTIVE_UNIT_GRPC_SERVICE_PORT",
                 "PREDICTIVE_UNIT_METRICS_SERVICE_PORT")  # fmt: skip
MLSERVER = "mlserver"
MLSERVER_PORTS = ("MLSERVER_HTTP_PORT", "MLSERVER_GRPC_PORT", "MLSERVER_METRICS_PORT")
# The recordings' image that runs MLServer on what lies in /mnt/models.
MLSERVER_IMAGE = re.compile(r"localhost/v2-iris:|seldonio/mlserver:")


class CannotRun(Exception):
    """A container has no equivalent among processes; str() says why."""


@dataclass(frozen=True)
class Component:
    """A container as a process. `ports` maps the container's ports to those taken here."""

    name: str
    argv: tuple[str, ...]
    env: dict[str, str]
    ports: dict[int, int]
    waits_for: tuple[int, ...]  # ports of this machine that are open when it is ready
    runs_in: str = "wrapper"  # the interpreter, one of interpreters.LOADED


@dataclass(frozen=True)
class Orchestrator:
    """The orchestrator of one predictor; container ports to ports of this machine."""

    args: tuple[str, ...]
    env: dict[str, str]
    annotations: dict[str, str]
    ports: dict[int, int]


@dataclass
class Plan:
    """All processes of one SeldonDeployment, and where each service port leads."""

    components: list[Component] = field(default_factory=list)
    orchestrators: list[Orchestrator] = field(default_factory=list)
    services: dict[tuple[str, int], int] = field(default_factory=dict)
    originals: dict[int, str] = field(default_factory=dict)  # port here -> host:port as the original says it
    pod_ports: dict[int, int] = field(default_factory=dict)  # container port -> port here, the first that has it


def objects_of(manifest: Json) -> list[Json]:
    """The objects our operator makes, as stored. Raises CannotRun where it refuses the manifest."""
    try:
        made = components.build(manifest, chart_settings()).objects()
    except components.ComponentError as error:
        raise CannotRun(f"the operator makes no objects: {error}") from error
    return [stored(applied.stamp(item)) for item in made]


# Below those that the kernel gives to whoever connects, and a part of its own for each process, so that nobody else
# takes one between now and the component's start.
_FIRST, _EACH, _PARTS = 12_000, 400, 50
_ports = itertools.cycle(range(_FIRST + os.getpid() % _PARTS * _EACH, _FIRST + (os.getpid() % _PARTS + 1) * _EACH))


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on, and that were not given away lately."""
    return list(itertools.islice(filter(_is_free, _ports), count))


def _is_free(port: int) -> bool:
    with socket.socket() as knocking:
        knocking.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            knocking.bind(("0.0.0.0", port))
        except OSError:
            return False
    return True


def plan(
    manifest: Json,
    folder: Path,
    sinks: dict[str, str],
    component: Callable[[Json, Json, dict[int, int], Path], Component] | None = None,
) -> Plan:
    """Lay out the processes. `folder` has the components' sources, `sinks` maps host:port of loggers to ours.

    `component` makes a process of a container, of its pod, of its ports and of `folder`; else those of the recordings
    are known.
    """
    made = objects_of(manifest)
    result = Plan()
    pods: list[tuple[dict[str, str], dict[int, int]]] = []
    orchestrators: list[tuple[Json, Json, dict[int, int]]] = []
    for item in made:
        if item["kind"] != "Deployment":
            continue
        template = item["spec"]["template"]
        ports: dict[int, int] = {}
        for container in template["spec"]["containers"]:
            numbers = [one["containerPort"] for one in container.get("ports", [])]
            taken = dict(zip(dict.fromkeys(numbers), free_ports(len(set(numbers))), strict=True))
            ports |= taken
            if container["name"] == ENGINE:
                orchestrators.append((container, template, taken))
            else:
                result.components.append((component or _component)(container, template["spec"], taken, folder))
        pods.append((template["metadata"]["labels"], ports))
        for number, here in ports.items():
            result.originals[here] = f"localhost:{number}"
            result.pod_ports.setdefault(number, here)
    hosts = _services(made, pods, result)
    for container, template, taken in orchestrators:
        own = next(ports for labels, ports in pods if labels is template["metadata"]["labels"])
        result.orchestrators.append(_orchestrator(container, template, taken, own, hosts, result, sinks))
    return result


def _services(
    made: list[Json], pods: list[tuple[dict[str, str], dict[int, int]]], result: Plan
) -> dict[str, dict[int, int]]:
    """Fill in where service ports lead; return for each service name its pod's ports."""
    hosts: dict[str, dict[int, int]] = {}
    for item in made:
        if item["kind"] != "Service":
            continue
        selector = item["spec"].get("selector", {})
        for labels, ports in pods:
            if selector.items() <= labels.items():
                name = item["metadata"]["name"]
                hosts[name] = ports
                for port in item["spec"]["ports"]:
                    here = ports.get(port.get("targetPort", port["port"]))
                    if here is not None:
                        result.services[name, port["port"]] = here
    return hosts


def variables(container: Json) -> dict[str, str]:
    """A container's environment, without what is taken from elsewhere."""
    return {one["name"]: one.get("value", "") for one in container.get("env", [])}


def _component(container: Json, pod: Json, ports: dict[int, int], folder: Path) -> Component:
    env = variables(container)
    argv = tuple([*(container.get("command") or []), *(container.get("args") or [])]) or _default(
        container["image"], folder
    )
    for name in (*WRAPPER_PORTS, *MLSERVER_PORTS, "PREDICTIVE_UNIT_SERVICE_PORT"):
        if int(env.get(name, "0")) in ports:
            env[name] = str(ports[int(env[name])])
    runs_in = MLSERVER if argv[0] == MLSERVER or MLSERVER_IMAGE.match(container["image"]) else "wrapper"
    argv = tuple(word.replace("/app/", f"{folder}/") for word in argv)
    if argv[0] == WRAPPER:
        env["PREDICTIVE_UNIT_PARAMETERS"] = _parameters(env, folder / f"{argv[1]}.py", folder)
        waits = tuple(int(env[name]) for name in WRAPPER_PORTS if name in env)
    elif argv[0] == MLSERVER:
        argv, env = _mlserver(argv, env, container["name"], pod, folder)
        waits = tuple(int(env[name]) for name in MLSERVER_PORTS if name in env)
    elif argv[0] in ("python", "python3"):
        waits = (int(env["PREDICTIVE_UNIT_HTTP_SERVICE_PORT"]),) if argv[-1].endswith(".py") else ()
    else:
        raise CannotRun(f"container {container['name']} runs {argv[0]}, which is not among the components")
    return Component(container["name"], argv, env, ports, waits, runs_in)


def _mlserver(
    argv: tuple[str, ...], env: dict[str, str], name: str, pod: Json, folder: Path
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Lead MLServer to /mnt among the components, and to what the pod's init containers would fetch."""
    fetched = {one["args"][1]: one["args"][0] for one in pod.get("initContainers", []) if len(one.get("args", [])) == 2}

    def here(path: str) -> str:
        path = fetched.get(path, path)
        return f"{folder}{path}" if path.startswith("/mnt/") else path

    env = {key: here(value) for key, value in env.items()}
    return tuple(map(here, argv)), {
        **env,
        "MLSERVER_METRICS_DIR": str(folder / f"metrics-{name}"),
        "MLSERVER_DEBUG": "false",  # as in the recordings' image; else it shows its code where it fails
    }


def _default(image: str, folder: Path) -> tuple[str, ...]:
    """What an image runs by itself: localhost/iris-model runs IrisModel, if there is such a class."""
    if MLSERVER_IMAGE.match(image):
        return (MLSERVER, "start", "/mnt/models")
    name = "".join(part.capitalize() for part in image.rpartition("/")[2].partition(":")[0].split("-"))
    if not (folder / f"{name}.py").exists():
        raise CannotRun(f"nothing among the components stands for the image {image}")
    return (WRAPPER, name, "--service-type", "MODEL")


def _parameters(env: dict[str, str], source: Path, folder: Path) -> str:
    """The node's parameters, and those whose default is a file in the image's /app."""
    given = json.loads(env.get("PREDICTIVE_UNIT_PARAMETERS", "[]"))
    names = {one["name"] for one in given}
    if source.exists():
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name == "__init__":
                pairs = zip(reversed(node.args.args), reversed(node.args.defaults), strict=False)
                for argument, default in pairs:
                    value = default.value if isinstance(default, ast.Constant) else None
                    if isinstance(value, str) and value.startswith("/app/") and argument.arg not in names:
                        path = value.replace("/app", str(folder))
                        given.append({"name": argument.arg, "value": path, "type": "STRING"})
    return json.dumps(given)


def _orchestrator(
    container: Json,
    template: Json,
    taken: dict[int, int],
    own: dict[int, int],
    hosts: dict[str, dict[int, int]],
    result: Plan,
    sinks: dict[str, str],
) -> Orchestrator:
    env = variables(container)
    predictor = json.loads(base64.b64decode(env["ENGINE_PREDICTOR"]))
    _rewrite(predictor["graph"], own, hosts, result, sinks)
    env["ENGINE_PREDICTOR"] = base64.b64encode(json.dumps(predictor).encode()).decode()
    for original, ours in sinks.items():
        default = env.get("REQUEST_LOGGER_DEFAULT_ENDPOINT", "")
        env["REQUEST_LOGGER_DEFAULT_ENDPOINT"] = default.replace(original, ours)
    args = list(container["args"])
    for flag in ("--http_port", "--grpc_port"):
        at = args.index(flag) + 1
        args[at] = str(taken[int(args[at])])
    return Orchestrator(tuple(args), env, template["metadata"].get("annotations", {}), taken)


def _rewrite(
    node: Json, own: dict[int, int], hosts: dict[str, dict[int, int]], result: Plan, sinks: dict[str, str]
) -> None:
    """Lead a node's endpoint and logger to this machine."""
    endpoint = node.get("endpoint")
    if endpoint:
        host = endpoint["service_host"]
        ports = own if host == "localhost" else hosts.get(host.split(".")[0], {})
        for name in ("service_port", "httpPort", "grpcPort"):
            number = endpoint.get(name)
            if number in ports:
                endpoint[name] = ports[number]
                if host != "localhost":
                    result.originals[ports[number]] = f"{host}:{number}"
        endpoint["service_host"] = "localhost"
    logger = node.get("logger")
    if logger and logger.get("url"):
        for original, ours in sinks.items():
            logger["url"] = logger["url"].replace(original, ours)
    for child in node.get("children", []):
        _rewrite(child, own, hosts, result, sinks)
