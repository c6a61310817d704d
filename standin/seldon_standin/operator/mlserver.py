"""MLServer behind protocol v2: what runs the prepackaged servers and the explainers of that protocol."""

from __future__ import annotations

from typing import Any

from .containers import MODEL_PATH, set_env
from .orchestrator import ComponentError

Json = dict[str, Any]

PROTOCOLS = frozenset({"v2", "kfserving"})
# What of MLServer loads the model.
RUNTIMES = {
    "SKLEARN_SERVER": "mlserver_sklearn.SKLearnModel",
    "XGBOOST_SERVER": "mlserver_xgboost.XGBoostModel",
    "MLFLOW_SERVER": "mlserver_mlflow.MLflowRuntime",
    "HUGGINGFACE_SERVER": "mlserver_huggingface.HuggingFaceRuntime",
    "TEMPO_SERVER": "tempo.mlserver.InferenceRuntime",
}
# MLServer writes what it downloads there, and its workers cannot share it.
HUGGINGFACE = {"MLSERVER_PARALLEL_WORKERS": "0", "XDG_CACHE_HOME": "/opt/mlserver"}
EXPLAINERS = {
    "AnchorTabular": "anchor_tabular",
    "AnchorImages": "anchor_image",
    "AnchorText": "anchor_text",
    "Counterfactuals": "counterfactuals",
    "Contrastive": "contrastive",
    "KernelShap": "kernel_shap",
    "IntegratedGradients": "integrated_gradients",
    "ALE": "ALE",
    "TreeShap": "tree_shap",
}
HANDLERS = ("exec", "grpc", "httpGet", "tcpSocket")
PROBES = {"readinessProbe": "/v2/health/ready", "livenessProbe": "/v2/health/live"}


def complete(container: Json, unit: Json, namespace: str) -> None:
    """Make the container of a prepackaged node one that MLServer runs in. It is changed in place.

    Its variables come first, in which those that the container has already take their place; its ports replace all
    others, so that the metrics port is in the environment alone.
    """
    endpoint = unit["endpoint"]
    http_port, grpc_port = int(endpoint["httpPort"]), int(endpoint["grpcPort"])
    options = f'{{"defaultRuntime": "tempo.seldon.SeldonKubernetesRuntime", "namespace": "{namespace}"}}'
    variables = {
        "MLSERVER_HTTP_PORT": str(http_port),
        "MLSERVER_GRPC_PORT": str(grpc_port),
        "MLSERVER_MODEL_IMPLEMENTATION": RUNTIMES.get(unit["implementation"], ""),
        "MLSERVER_MODEL_NAME": unit["name"],
        "MLSERVER_MODEL_VERSION": "v1",
        "MLSERVER_MODEL_URI": MODEL_PATH,
        "TEMPO_RUNTIME_OPTIONS": f'{{"k8s_options": {options}}}',
    }
    if unit["implementation"] == "HUGGINGFACE_SERVER":
        variables |= HUGGINGFACE
    given = container.get("env") or []
    container["env"] = [{"name": name, "value": value} for name, value in variables.items()]
    for variable in given:
        _put(container["env"], variable)
    for name, path in PROBES.items():
        rest = {key: value for key, value in container[name].items() if key not in HANDLERS}
        container[name] = {**rest, "httpGet": {"path": path, "port": "http", "scheme": "HTTP"}}
    container["ports"] = [
        {"name": name, "containerPort": number, "protocol": "TCP"}
        for name, number in (("grpc", grpc_port), ("http", http_port))
    ]


def _put(env: list[Json], variable: Json) -> None:
    """Add a variable, or put it in the place of the one of its name."""
    for index, present in enumerate(env):
        if present["name"] == variable["name"]:
            env[index] = variable
            return
    env.append(variable)


def explain(container: Json, explainer: Json, model: str, entrance: str, port: int) -> None:
    """Give an explainer's container the environment of MLServer's Alibi runtime, in place of its own.

    `entrance` is the predictor's host and port, `model` the graph's root. Raises ComponentError for an unknown type.
    """
    if explainer["type"] not in EXPLAINERS:
        raise ComponentError(f"{explainer['type']} not supported")
    parts = [
        f'"explainer_type":"{EXPLAINERS[explainer["type"]]}"',
        f'"infer_uri":"http://{entrance}/v2/models/{model}/infer"',
    ]
    if explainer.get("initParameters"):
        parts.append(f'"init_parameters":{explainer["initParameters"]}')
    container["env"] = []
    for name, value in (
        ("MLSERVER_HTTP_PORT", str(port)),
        ("MLSERVER_MODEL_IMPLEMENTATION", "mlserver_alibi_explain.AlibiExplainRuntime"),
        ("MLSERVER_MODEL_NAME", container["name"]),
        ("MLSERVER_MODEL_URI", MODEL_PATH),
        ("MLSERVER_MODEL_EXTRA", "{" + ",".join(parts) + "}"),
    ):
        set_env(container, name, value)
