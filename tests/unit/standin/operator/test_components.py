import base64
import json
from copy import deepcopy
from typing import Any

import pytest
from seldon_standin.operator.components import ComponentError, build
from seldon_standin.operator.settings import Settings

Json = dict[str, Any]

SERVERS = {"SKLEARN_SERVER": {"protocols": {"seldon": {"image": "sklearnserver", "defaultImageVersion": "1.0"}}}}
SETTINGS = Settings(servers=SERVERS, explainer_image="explainer:1", storage={"image": "storage:1", "cpuLimit": "1"})


def deployments(sdep: Json, settings: Settings = SETTINGS) -> dict[str, Json]:
    return {item["metadata"]["name"]: item for item in build(sdep, settings).deployments}


def pod(deployment: Json) -> Json:
    spec: Json = deployment["spec"]["template"]["spec"]
    return spec


def container(deployment: Json, name: str) -> Json:
    return next(c for c in pod(deployment)["containers"] if c["name"] == name)


def environment(made: Json) -> dict[str, str]:
    return {variable["name"]: variable.get("value", "") for variable in made["env"]}


def predictor(sdep: Json) -> Json:
    first: Json = sdep["spec"]["predictors"][0]
    return first


def decoded_predictor(deployment: Json) -> Json:
    text = environment(container(deployment, "seldon-container-engine"))["ENGINE_PREDICTOR"]
    decoded: Json = json.loads(base64.b64decode(text))
    return decoded


def test_the_manifest_is_not_changed(iris: Json) -> None:
    before = deepcopy(iris)
    build(iris, SETTINGS)
    assert iris == before


def test_ports_are_counted_over_all_predictors(iris: Json) -> None:
    second = deepcopy(predictor(iris)) | {"name": "canary"}
    second["graph"]["name"] = second["componentSpecs"][0]["spec"]["containers"][0]["name"] = "other"
    iris["spec"]["predictors"].append(second)
    made = deployments(iris)
    assert environment(container(made["iris-default-0-classifier"], "classifier"))["MLSERVER_HTTP_PORT"] == "9000"
    other = environment(container(made["iris-canary-0-other"], "other"))
    assert (other["MLSERVER_HTTP_PORT"], other["MLSERVER_METRICS_PORT"]) == ("9001", "6001")


def test_a_container_of_no_node_takes_a_port_but_gets_no_service(iris: Json) -> None:
    predictor(iris)["componentSpecs"][0]["spec"]["containers"].insert(0, {"name": "sidecar", "image": "x:1"})
    made = build(iris, SETTINGS)
    assert [item["metadata"]["name"] for item in made.services] == ["iris-default-classifier", "iris-default"]
    assert made.services[0]["spec"]["ports"][0]["port"] == 9001
    sidecar = container(made.deployments[0], "sidecar")
    assert "env" not in sidecar
    assert sidecar["imagePullPolicy"] == "IfNotPresent"


def test_a_container_keeps_ports_and_probes_of_its_own(iris: Json) -> None:
    own = predictor(iris)["componentSpecs"][0]["spec"]["containers"][0]
    own["ports"] = [{"name": "http", "containerPort": 7000}, {"name": "metrics", "containerPort": 7100}]
    own["readinessProbe"] = {"httpGet": {"path": "/up", "port": 7000}}
    made = build(iris, SETTINGS)
    classifier = container(made.deployments[0], "classifier")
    assert [port["containerPort"] for port in classifier["ports"]] == [7000, 7100, 9500]
    assert classifier["readinessProbe"] == {"httpGet": {"path": "/up", "port": 7000}}
    assert classifier["livenessProbe"]["tcpSocket"] == {"port": 7000}
    assert made.service_status["iris-default-classifier"]["httpEndpoint"] == "iris-default-classifier.seldon:7000"


def test_readiness_waits_one_second(iris: Json) -> None:
    deployment = deployments(iris)["iris-default-0-classifier"]
    for name in ("classifier", "seldon-container-engine"):
        assert container(deployment, name)["readinessProbe"]["initialDelaySeconds"] == 1


def test_transport_grpc_probes_the_grpc_port(iris: Json) -> None:
    iris["spec"]["transport"] = "grpc"
    deployment = deployments(iris)["iris-default-0-classifier"]
    assert container(deployment, "classifier")["readinessProbe"]["tcpSocket"] == {"port": 9500}
    assert decoded_predictor(deployment)["graph"]["endpoint"]["service_port"] == 9500


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ({}, None),
        ({"spec": 3}, 3),
        ({"spec": 3, "predictor": 2}, 2),
        ({"spec": 3, "predictor": 2, "component": 0}, 0),
    ],
)
def test_the_most_specific_number_of_replicas_counts(iris: Json, places: Json, expected: int | None) -> None:
    one = predictor(iris)
    del one["replicas"]
    for place, item in {"spec": iris["spec"], "predictor": one, "component": one["componentSpecs"][0]}.items():
        if place in places:
            item["replicas"] = places[place]
    assert deployments(iris)["iris-default-0-classifier"]["spec"].get("replicas") == expected


def test_an_autoscaler_decides_about_the_replicas(iris: Json) -> None:
    predictor(iris)["componentSpecs"][0]["hpaSpec"] = {"maxReplicas": 3}
    made = build(iris, SETTINGS)
    assert "replicas" not in made.deployments[0]["spec"]
    assert made.autoscalers[0]["spec"]["scaleTargetRef"]["name"] == "iris-default-0-classifier"


@pytest.mark.parametrize(
    ("old", "modern"),
    [
        (
            {"type": "Resource", "resource": {"name": "cpu", "targetAverageValue": "1"}},
            {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "AverageValue", "averageValue": "1"}}},
        ),
        (
            {"type": "Pods", "pods": {"metricName": "hits", "targetAverageValue": "10"}},
            {
                "type": "Pods",
                "pods": {"metric": {"name": "hits"}, "target": {"type": "AverageValue", "averageValue": "10"}},
            },
        ),
        (
            {"type": "External", "external": {"metricName": "queue", "targetValue": "5"}},
            {"type": "External", "external": {"metric": {"name": "queue"}, "target": {"type": "Value", "value": "5"}}},
        ),
    ],
)
def test_metrics_take_the_form_of_autoscaling_v2(iris: Json, old: Json, modern: Json) -> None:
    predictor(iris)["componentSpecs"][0]["hpaSpec"] = {"maxReplicas": 3, "metrics": [old]}
    assert build(iris, SETTINGS).autoscalers[0]["spec"]["metrics"] == [modern]


def test_keda_goes_before_an_autoscaler(iris: Json) -> None:
    predictor(iris)["componentSpecs"][0].update(hpaSpec={"maxReplicas": 3}, kedaSpec={"maxReplicaCount": 3})
    made = build(iris, SETTINGS)
    assert made.autoscalers == []
    assert "replicas" not in made.deployments[0]["spec"]


def test_an_empty_disruption_budget_is_one(iris: Json) -> None:
    predictor(iris)["componentSpecs"][0]["pdbSpec"] = {}
    assert list(build(iris, SETTINGS).budgets[0]["spec"]) == ["selector"]


def test_a_disruption_budget_counts_the_pods_of_the_sdep(iris: Json) -> None:
    predictor(iris)["componentSpecs"][0]["pdbSpec"] = {"minAvailable": 1}
    budget = build(iris, SETTINGS).budgets[0]
    assert budget["spec"] == {"minAvailable": 1, "selector": {"matchLabels": {"seldon-deployment-id": "iris"}}}


def test_an_annotation_may_stand_in_the_metadata(iris: Json) -> None:
    iris["metadata"]["annotations"] = {"seldon.io/headless-svc": "true"}
    assert build(iris, SETTINGS).services[1]["spec"]["clusterIP"] == "None"


def test_a_headless_predictor_has_no_address_of_its_own(iris: Json) -> None:
    iris["spec"]["annotations"] = {"seldon.io/headless-svc": "true"}
    services = {item["metadata"]["name"]: item["spec"] for item in build(iris, SETTINGS).services}
    assert services["iris-default"]["clusterIP"] == "None"
    assert "clusterIP" not in services["iris-default-classifier"]


def test_the_orchestrator_gets_variables_from_the_spec_before_those_from_annotations(iris: Json) -> None:
    iris["spec"]["annotations"] = {"seldon.io/engine-log-level": "INFO", "seldon.io/engine-one": "1"}
    predictor(iris)["svcOrchSpec"] = {"env": [{"name": "LOG_LEVEL", "value": "DEBUG"}]}
    env = environment(container(deployments(iris)["iris-default-0-classifier"], "seldon-container-engine"))
    assert (env["LOG_LEVEL"], env["ONE"]) == ("DEBUG", "1")


def test_traffic_and_explainer_do_not_restart_the_pods(iris: Json) -> None:
    before = deployments(iris)["iris-default-0-classifier"]
    predictor(iris).update(traffic=100, explainer={"type": "AnchorTabular"})
    after = deployments(iris)["iris-default-0-classifier"]
    assert decoded_predictor(after) == decoded_predictor(before)


def test_the_orchestrator_does_not_see_what_is_empty(iris: Json) -> None:
    before = decoded_predictor(deployments(iris)["iris-default-0-classifier"])
    one = predictor(iris)
    one |= {"annotations": {}, "shadow": False, "svcOrchSpec": {}}
    one["graph"] |= {"children": [], "modelUri": "", "parameters": []}
    one["componentSpecs"][0]["spec"]["containers"][0]["args"] = []
    assert decoded_predictor(deployments(iris)["iris-default-0-classifier"]) == before


def test_an_empty_parameter_stays_a_parameter(iris: Json) -> None:
    empty = {"name": "prefix", "value": "", "type": "STRING"}
    predictor(iris)["graph"]["parameters"] = [empty]
    deployment = deployments(iris)["iris-default-0-classifier"]
    assert decoded_predictor(deployment)["graph"]["parameters"] == [empty]


def test_a_prepackaged_server_needs_no_container(iris: Json) -> None:
    one = predictor(iris)
    del one["componentSpecs"]
    one["graph"] |= {"implementation": "SKLEARN_SERVER", "modelUri": "s3://bucket/iris", "envSecretRefName": "key"}
    deployment = deployments(iris)["iris-default-0-classifier"]
    made = container(deployment, "classifier")
    assert made["image"] == "sklearnserver:1.0"
    parameters = json.loads(environment(made)["PREDICTIVE_UNIT_PARAMETERS"])
    assert parameters == [{"name": "model_uri", "value": "/mnt/models", "type": "STRING"}]
    (init,) = pod(deployment)["initContainers"]
    assert init["args"] == ["s3://bucket/iris", "/mnt/models"]
    assert init["envFrom"] == [{"secretRef": {"name": "key"}}]
    assert init["resources"] == {"limits": {"cpu": "1"}}


def test_a_claim_is_mounted_where_its_model_is_read_from(iris: Json) -> None:
    predictor(iris)["graph"] |= {"implementation": "SKLEARN_SERVER", "modelUri": "pvc://models/iris/1"}
    spec = pod(deployments(iris)["iris-default-0-classifier"])
    assert spec["initContainers"][0]["args"][0] == "/mnt/pvc/iris/1"
    claims = [volume["persistentVolumeClaim"] for volume in spec["volumes"] if "persistentVolumeClaim" in volume]
    assert claims == [{"claimName": "models"}]
    mounts = {mount["name"] for mount in spec["containers"][0]["volumeMounts"]}
    assert mounts == {"seldon-podinfo", "kfserving-pvc-source", "classifier-provision-location"}


def test_a_server_that_the_configuration_lacks_is_an_error(iris: Json) -> None:
    predictor(iris)["graph"] |= {"implementation": "NO_SUCH", "modelUri": "s3://x/y"}
    with pytest.raises(ComponentError, match="Failed to get server config for NO_SUCH"):
        build(iris, SETTINGS)


def explained(sdep: Json, **explainer: Any) -> Json:
    predictor(sdep)["explainer"] = {"type": "AnchorTabular", **explainer}
    return sdep


def test_an_explainer_is_a_deployment_and_a_service(iris: Json) -> None:
    made = build(explained(iris), SETTINGS)
    deployment = next(item for item in made.deployments if item["metadata"]["name"] == "iris-default-explainer")
    service = next(item for item in made.services if item["metadata"]["name"] == "iris-default-explainer")
    assert [c["name"] for c in pod(deployment)["containers"]] == ["iris-default-explainer"]
    assert deployment["metadata"]["labels"]["seldon-app"] == "iris-default-explainer"
    assert service["metadata"]["labels"]["seldon-app"] == "iris-default"
    assert service["spec"]["ports"] == [{"name": "http", "port": 9000, "targetPort": 9000, "protocol": "TCP"}]
    assert made.service_status["iris-default-explainer"] == {
        "svcName": "iris-default-explainer",
        "httpEndpoint": "iris-default-explainer.seldon:9000",
        "explainerFor": "iris-default",
    }


def test_an_explainer_s_arguments_are_replaced(iris: Json) -> None:
    spec = {"image": "mine:1", "args": ["lost"]}
    sdep = explained(iris, containerSpec=spec, modelUri="s3://b/e", config={"b": "s3://b/e/x", "a": "1"})
    deployment = deployments(sdep)["iris-default-explainer"]
    made = pod(deployment)["containers"][0]
    assert made["image"] == "mine:1"
    assert made["args"] == [
        "--model_name=classifier",
        "--predictor_host=iris-default.seldon:8000",
        "--protocol=seldon.http",
        "--http_port=9000",
        "--storage_uri=/mnt/models",
        "AnchorTabular",
        "--a=1",
        "--b=/mnt/models/x",
    ]
    assert pod(deployment)["initContainers"][0]["args"] == ["s3://b/e", "/mnt/models"]


def test_an_explainer_has_its_own_service_account_and_is_not_scraped(iris: Json) -> None:
    made = deployments(explained(iris, serviceAccountName="reader"))
    template = made["iris-default-explainer"]["spec"]["template"]
    assert template["spec"]["serviceAccountName"] == "reader"
    assert "prometheus.io/scrape" not in template["metadata"]["annotations"]
    assert "serviceAccountName" not in pod(made["iris-default-0-classifier"])


def test_an_explainer_of_nothing_is_an_error(iris: Json) -> None:
    one = predictor(explained(iris))
    one |= {"annotations": {"seldon.io/no-engine": "true"}, "componentSpecs": []}
    one["graph"]["implementation"] = "SIMPLE_MODEL"
    with pytest.raises(ComponentError, match="nothing to explain"):
        build(iris, SETTINGS)


def test_an_explainer_rests_while_its_predictor_does(iris: Json) -> None:
    predictor(iris)["replicas"] = 0
    assert deployments(explained(iris, replicas=2))["iris-default-explainer"]["spec"]["replicas"] == 0


def test_the_pieces_of_a_split_graph_call_each_other_by_service(iris: Json) -> None:
    one = predictor(iris)
    one["graph"] = {"name": "scaler", "type": "TRANSFORMER", "children": [one["graph"]]}
    one["componentSpecs"].insert(0, {"spec": {"containers": [{"name": "scaler", "image": "s:1"}]}})
    made = deployments(iris)
    graph = decoded_predictor(made["iris-default-0-scaler"])["graph"]
    assert graph["endpoint"]["service_host"] == "localhost"
    assert graph["children"][0]["endpoint"]["service_host"] == "iris-default-classifier.seldon.svc.cluster.local"
    assert [c["name"] for c in pod(made["iris-default-1-classifier"])["containers"]] == ["classifier"]


def test_a_separate_orchestrator_has_a_deployment_of_its_own(iris: Json) -> None:
    iris["spec"]["annotations"] = {"seldon.io/engine-separate-pod": "true"}
    made = deployments(iris)
    assert [c["name"] for c in pod(made["iris-default-0-classifier"])["containers"]] == ["classifier"]
    orchestrator = made["iris-default-svc-orch"]
    host = decoded_predictor(orchestrator)["graph"]["endpoint"]["service_host"]
    assert host == "iris-default-classifier.seldon.svc.cluster.local"
    assert orchestrator["metadata"]["labels"]["seldon-deployment-id"] == "iris-default"


def test_a_separate_orchestrator_knows_the_containers_with_kubernetes_defaults(iris: Json) -> None:
    iris["spec"]["annotations"] = {"seldon.io/engine-separate-pod": "true"}
    (shown,) = decoded_predictor(deployments(iris)["iris-default-svc-orch"])["componentSpecs"][0]["spec"]["containers"]
    assert shown["imagePullPolicy"] == "IfNotPresent"
    assert (shown["terminationMessagePath"], shown["terminationMessagePolicy"]) == ("/dev/termination-log", "File")
    assert shown.keys() & {"env", "livenessProbe", "lifecycle"} == set(), "what the operator completes comes later"


def test_an_annotation_that_should_be_a_number_is_an_error(iris: Json) -> None:
    iris["spec"]["annotations"] = {"seldon.io/executor-logger-queue-size": "many"}
    with pytest.raises(ComponentError, match="Failed to parse many as integer"):
        build(iris, SETTINGS)


@pytest.mark.parametrize(
    ("protocol", "path"),
    [("seldon", "/api/v1.0/predictions"), ("v2", "/v2/models/classifier/infer")],
    ids=["seldon", "v2"],
)
def test_the_address_is_that_of_the_first_predictor(iris: Json, protocol: str, path: str) -> None:
    iris["spec"]["protocol"] = protocol
    assert build(iris, SETTINGS).address == f"http://iris-default.seldon.svc.cluster.local:8000{path}"
