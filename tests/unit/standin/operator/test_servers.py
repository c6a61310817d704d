"""Prepackaged servers of each protocol: their containers, and where their models come from."""

from __future__ import annotations

import json
from typing import Any

import pytest
from seldon_standin.operator.components import ComponentError, build
from seldon_standin.operator.settings import Settings

Json = dict[str, Any]

NAMES = ("SKLEARN_SERVER", "XGBOOST_SERVER", "MLFLOW_SERVER", "HUGGINGFACE_SERVER")
SETTINGS = Settings(
    servers={
        **{name: {"protocols": {"v2": {"image": "mlserver", "defaultImageVersion": name.lower()}}} for name in NAMES},
        "TRITON_SERVER": {"protocols": {"v2": {"image": "triton"}}},
        "TENSORFLOW_SERVER": {"protocols": {"seldon": {"image": "proxy"}, "tensorflow": {"image": "tensorflow"}}},
        "OLD_SERVER": {"protocols": {"seldon": {"image": "old"}}},
    },
    explainer_image="explainer",
    explainer_image_v2="mlserver:alibi",
)


def served(sdep: Json, implementation: str, protocol: str = "v2", container: Json | None = None, **unit: Any) -> Json:
    """The pod of a prepackaged node, with a container of the manifest's or without one."""
    sdep["spec"]["protocol"] = protocol
    [predictor] = sdep["spec"]["predictors"]
    predictor["graph"] |= {"implementation": implementation, "modelUri": "s3://models/iris", **unit}
    predictor["componentSpecs"] = [{"spec": {"containers": [{"name": "classifier", **(container or {})}]}}]
    made = build(sdep, SETTINGS).deployments[0]
    pod: Json = made["spec"]["template"]["spec"]
    return pod


def environment(container: Json) -> dict[str, str]:
    names = [variable["name"] for variable in container["env"]]
    assert len(names) == len(set(names))
    return {variable["name"]: variable["value"] for variable in container["env"]}


@pytest.mark.parametrize(
    ("implementation", "runtime"),
    [
        ("SKLEARN_SERVER", "mlserver_sklearn.SKLearnModel"),
        ("XGBOOST_SERVER", "mlserver_xgboost.XGBoostModel"),
        ("MLFLOW_SERVER", "mlserver_mlflow.MLflowRuntime"),
        ("HUGGINGFACE_SERVER", "mlserver_huggingface.HuggingFaceRuntime"),
    ],
)
@pytest.mark.parametrize("protocol", ["v2", "kfserving"])
def test_mlserver_runs_the_servers_of_protocol_v2(iris: Json, implementation: str, runtime: str, protocol: str) -> None:
    pod = served(iris, implementation, protocol)
    container = pod["containers"][0]
    assert container["image"] == f"mlserver:{implementation.lower()}"
    variables = environment(container)
    assert variables["MLSERVER_MODEL_IMPLEMENTATION"] == runtime
    assert (variables["MLSERVER_MODEL_NAME"], variables["MLSERVER_MODEL_URI"]) == ("classifier", "/mnt/models")
    assert variables["MLSERVER_METRICS_PORT"] == "6000"
    assert [port["name"] for port in container["ports"]] == ["grpc", "http"]
    assert pod["initContainers"][0]["args"] == ["s3://models/iris", "/mnt/models"]


def test_hugging_face_downloads_what_it_needs_by_itself(iris: Json) -> None:
    pod = served(iris, "HUGGINGFACE_SERVER", modelUri="")
    variables = environment(pod["containers"][0])
    assert (variables["MLSERVER_PARALLEL_WORKERS"], variables["XDG_CACHE_HOME"]) == ("0", "/opt/mlserver")
    assert not pod.get("initContainers")


def test_a_container_of_the_manifest_keeps_its_image_variables_and_patience(iris: Json) -> None:
    own = {
        "image": "mine",
        "env": [{"name": "MLSERVER_DEBUG", "value": "false"}, {"name": "MLSERVER_MODEL_VERSION", "value": "v7"}],
        "readinessProbe": {"exec": {"command": ["true"]}, "periodSeconds": 2},
    }
    container = served(iris, "SKLEARN_SERVER", container=own)["containers"][0]
    assert container["image"] == "mine"
    variables = environment(container)
    assert (variables["MLSERVER_DEBUG"], variables["MLSERVER_MODEL_VERSION"]) == ("false", "v7")
    probe = container["readinessProbe"]
    assert probe == {"periodSeconds": 2, "httpGet": {"path": "/v2/health/ready", "port": "http", "scheme": "HTTP"}}


def test_a_server_without_an_image_for_v2_is_an_error(iris: Json) -> None:
    with pytest.raises(ComponentError, match="no image compatible with kfserving protocol for OLD_SERVER"):
        served(iris, "OLD_SERVER")


def test_triton_is_told_where_its_models_are(iris: Json) -> None:
    pod = served(iris, "TRITON_SERVER")
    assert pod["containers"][0]["image"] == "triton"
    assert pod["containers"][0]["args"][-2:] == ["--model-repository=/mnt/models", "--strict-model-config=false"]
    assert pod["initContainers"]


def test_triton_may_fetch_its_models_itself(iris: Json) -> None:
    iris["spec"]["annotations"] = {"seldon.io/no-storage-initializer": "true"}
    parameters = [{"name": "load_model", "type": "STRING", "value": "simple"}]
    pod = served(iris, "TRITON_SERVER", parameters=parameters, envSecretRefName="key")
    container = pod["containers"][0]
    assert container["args"][-2:] == ["--model-repository=s3://models/iris", "--load-model=simple"]
    assert container["envFrom"] == [{"secretRef": {"name": "key"}}]
    assert not pod.get("initContainers")


def test_tensorflow_serving_stands_beside_its_proxy(iris: Json) -> None:
    pod = served(iris, "TENSORFLOW_SERVER", "seldon", container={"image": "another"})
    proxy, _, tensorflow = sorted(pod["containers"], key=lambda container: container["name"])
    assert (proxy["image"], tensorflow["name"], tensorflow["image"]) == ("proxy", "tfserving", "tensorflow")
    parameters = {one["name"]: one["value"] for one in json.loads(environment(proxy)["PREDICTIVE_UNIT_PARAMETERS"])}
    assert parameters == {
        "rest_endpoint": "http://0.0.0.0:2001",
        "grpc_endpoint": "0.0.0.0:2000",
        "model_name": "classifier",
    }
    assert [mount["mountPath"] for mount in tensorflow["volumeMounts"]] == ["/mnt/models"]
    assert pod["initContainers"][0]["name"] == "tfserving-model-initializer"


def test_tensorflow_serving_is_asked_directly_with_its_own_protocol(iris: Json) -> None:
    container = served(iris, "TENSORFLOW_SERVER", "tensorflow")["containers"][0]
    assert container["image"] == "tensorflow"
    assert container["args"][:2] == ["--port=9500", "--rest_api_port=9000"]


def test_an_explainer_of_protocol_v2_is_told_by_its_environment(iris: Json) -> None:
    iris["spec"]["protocol"] = "v2"
    iris["spec"]["predictors"][0]["explainer"] = {"type": "AnchorTabular", "initParameters": '{"seed": 1}'}
    [container] = build(iris, SETTINGS).deployments[-1]["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "mlserver:alibi"
    assert not container.get("args")
    assert json.loads(environment(container)["MLSERVER_MODEL_EXTRA"]) == {
        "explainer_type": "anchor_tabular",
        "infer_uri": "http://iris-default.seldon:8000/v2/models/classifier/infer",
        "init_parameters": {"seed": 1},
    }


def test_an_explainer_that_mlserver_does_not_know_is_an_error(iris: Json) -> None:
    iris["spec"]["protocol"] = "v2"
    iris["spec"]["predictors"][0]["explainer"] = {"type": "Oracle"}
    with pytest.raises(ComponentError, match="Oracle not supported"):
        build(iris, SETTINGS)
