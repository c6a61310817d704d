"""The operator against a Kubernetes API over real HTTP."""

import asyncio
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from seldon_standin.operator import controller
from seldon_standin.operator.kube import Access, Api
from seldon_standin.operator.queue import Again
from seldon_standin.operator.reconcile import Reconciler, Refused
from seldon_standin.operator.settings import Settings

from ....waiting import until_soon
from .kube_api import KubeApi

Json = dict[str, Any]
WithApi = Callable[[Callable[..., Any]], None]

KEY = ("seldon", "iris")
DEPLOYMENT = "iris-default-0-classifier"


def reconciler(api: Api) -> Reconciler:
    return Reconciler(api, Settings)


def with_scaler(iris: Json) -> Json:
    changed = deepcopy(iris)
    predictor = changed["spec"]["predictors"][0]
    predictor["graph"] = {"name": "scaler", "type": "TRANSFORMER", "children": [predictor["graph"]]}
    predictor["componentSpecs"][0]["spec"]["containers"].insert(0, {"name": "scaler", "image": "s:1"})
    return changed


async def available(server: KubeApi, work: Reconciler, iris: Json, name: str = DEPLOYMENT) -> None:
    server.put(iris, "seldondeployments")
    await work.reconcile(KEY)
    server.run_pods(name)
    await work.reconcile(KEY)


def state(server: KubeApi) -> str:
    return str(server.get("seldondeployments", "iris").get("status", {}).get("state"))


def test_objects_are_made_and_the_status_follows_them(iris: Json, with_api: WithApi) -> None:
    async def scenario(server: KubeApi, api: Api) -> None:
        work = reconciler(api)
        server.put(iris, "seldondeployments")
        await work.reconcile(KEY)
        assert server.names("deployments") == [DEPLOYMENT]
        assert server.names("services") == ["iris-default", "iris-default-classifier"]
        assert state(server) == "Creating"
        server.run_pods(DEPLOYMENT)
        await work.reconcile(KEY)
        assert state(server) == "Available"
        owner = server.get("deployments", DEPLOYMENT)["metadata"]["ownerReferences"][0]
        assert owner["uid"] == server.get("seldondeployments", "iris")["metadata"]["uid"]

    with_api(scenario)


def test_a_second_look_writes_nothing(iris: Json, with_api: WithApi) -> None:
    async def scenario(server: KubeApi, api: Api) -> None:
        await available(server, reconciler(api), iris)
        for condition in server.get("seldondeployments", "iris")["status"]["conditions"]:
            condition["lastTransitionTime"] = "2024-02-29T12:00:00Z"  # the look before was long ago
        server.writes.clear()
        await reconciler(api).reconcile(KEY)
        assert server.writes == []

    with_api(scenario)


def test_a_change_by_hand_is_undone(iris: Json, with_api: WithApi) -> None:
    async def scenario(server: KubeApi, api: Api) -> None:
        await available(server, reconciler(api), iris)
        live = deepcopy(server.get("deployments", DEPLOYMENT))
        live["spec"]["template"]["spec"]["containers"][0]["image"] = "other:2"
        server.put(live, "deployments")
        await reconciler(api).reconcile(KEY)
        assert server.get("deployments", DEPLOYMENT)["spec"]["template"]["spec"]["containers"][0]["image"] == "iris:1"

    with_api(scenario)


def test_an_autoscaler_s_number_stays_through_an_update(iris: Json, with_api: WithApi) -> None:
    async def scenario(server: KubeApi, api: Api) -> None:
        component = iris["spec"]["predictors"][0]["componentSpecs"][0]
        component["hpaSpec"] = {"maxReplicas": 5}
        await available(server, reconciler(api), iris)
        assert server.names("horizontalpodautoscalers") == [DEPLOYMENT]
        live = deepcopy(server.get("deployments", DEPLOYMENT))
        live["spec"]["replicas"] = 4
        server.put(live, "deployments")
        component["spec"]["containers"][0]["image"] = "iris:2"
        server.put(iris, "seldondeployments")
        await reconciler(api).reconcile(KEY)
        assert server.get("deployments", DEPLOYMENT)["spec"]["replicas"] == 4
        del component["hpaSpec"]
        server.put(iris, "seldondeployments")
        await reconciler(api).reconcile(KEY)
        assert server.names("horizontalpodautoscalers") == []

    with_api(scenario)


def test_an_old_graph_goes_when_the_new_one_is_ready(iris: Json, with_api: WithApi) -> None:
    async def scenario(server: KubeApi, api: Api) -> None:
        work, new = reconciler(api), "iris-default-0-scaler-classifier"
        await available(server, work, iris)
        server.put(with_scaler(iris), "seldondeployments")
        await work.reconcile(KEY)
        assert server.names("deployments") == [DEPLOYMENT, new]
        server.run_pods(new, ready=False)
        await work.reconcile(KEY)
        assert server.names("deployments") == [DEPLOYMENT, new]
        server.run_pods(new)
        await work.reconcile(KEY)
        assert server.names("deployments") == [new]
        server.put(iris, "seldondeployments")
        await work.reconcile(KEY)
        server.run_pods(DEPLOYMENT)
        await work.reconcile(KEY)
        await work.reconcile(KEY)
        assert server.names("services") == ["iris-default", "iris-default-classifier"]
        status = server.get("seldondeployments", "iris")["status"]
        assert list(status["deploymentStatus"]) == [DEPLOYMENT]
        assert sorted(status["serviceStatus"]) == ["iris-default", "iris-default-classifier"]

    with_api(scenario)


def test_a_refusal_of_the_api_server_is_told(iris: Json, with_api: WithApi) -> None:
    async def scenario(server: KubeApi, api: Api) -> None:
        server.refuse[DEPLOYMENT] = "containers[0].image: Required value"
        server.put(iris, "seldondeployments")
        with pytest.raises(Refused):
            await reconciler(api).reconcile(KEY)
        status = server.get("seldondeployments", "iris")["status"]
        assert (status["state"], status["description"]) == ("Failed", "containers[0].image: Required value")

    with_api(scenario)


def test_another_s_object_is_not_taken_over(iris: Json, with_api: WithApi) -> None:
    async def scenario(server: KubeApi, api: Api) -> None:
        owner = {"kind": "SeldonDeployment", "apiVersion": "machinelearning.seldon.io/v1", "name": "other"}
        owner |= {"controller": True, "uid": "foreign"}
        server.put({"metadata": {"name": "iris-default", "ownerReferences": [owner]}, "spec": {"x": 1}}, "services")
        server.put(iris, "seldondeployments")
        with pytest.raises(Refused, match="already controlled by SeldonDeployment other"):
            await reconciler(api).reconcile(KEY)
        assert server.get("services", "iris-default")["spec"] == {"x": 1}

    with_api(scenario)


def test_a_stuck_roll_out_is_not_told_as_an_update(iris: Json, with_api: WithApi) -> None:
    async def scenario(server: KubeApi, api: Api) -> None:
        def updates() -> list[int]:
            return [event["count"] for event in server.all("events") if event["reason"] == "Updated"]

        work = reconciler(api)
        server.put(iris, "seldondeployments")
        await work.reconcile(KEY)
        assert updates() == [1]
        server.run_pods(DEPLOYMENT, ready=False, stuck=True)
        await work.reconcile(KEY)
        assert state(server) == "Failed"
        assert updates() == [1]

    with_api(scenario)


def test_a_failure_is_told_once_and_not_as_an_update(iris: Json, with_api: WithApi) -> None:
    iris["spec"]["annotations"] = {"seldon.io/executor-logger-queue-size": "many"}

    async def scenario(server: KubeApi, api: Api) -> None:
        server.put(iris, "seldondeployments")
        with pytest.raises(Refused):
            await reconciler(api).reconcile(KEY)
        assert state(server) == "Failed"
        events = server.all("events")
        assert [(event["type"], event["reason"]) for event in events] == [("Warning", "InternalError")]

    with_api(scenario)


def test_leftovers_of_a_deleted_namesake_are_waited_for(iris: Json, with_api: WithApi) -> None:
    async def scenario(server: KubeApi, api: Api) -> None:
        owner = {"kind": "SeldonDeployment", "apiVersion": "machinelearning.seldon.io/v1", "name": "iris"}
        owner |= {"controller": True, "uid": "before"}
        server.put({"metadata": {"name": "iris-default", "ownerReferences": [owner]}, "spec": {}}, "services")
        server.put(iris, "seldondeployments")
        with pytest.raises(Again):
            await reconciler(api).reconcile(KEY)

    with_api(scenario)


@pytest.mark.parametrize("where", ["namespace", "object", "leaving namespace"])
def test_what_is_not_ours_is_left_alone(iris: Json, with_api: WithApi, where: str) -> None:
    async def scenario(server: KubeApi, api: Api) -> None:
        labels = {"seldon.io/controller-id": "other"}
        if where == "object":
            iris["metadata"]["labels"] = labels
        else:
            going = {"deletionTimestamp": "now"} if where.startswith("leaving") else {"labels": labels}
            server.put({"metadata": {"name": "seldon", **going}}, "namespaces", "")
        server.put(iris, "seldondeployments")
        await reconciler(api).reconcile(KEY)
        assert server.names("deployments") == []
        # It was for this reason alone: without the mark the same operator makes it.
        iris["metadata"].pop("labels", None)
        server.put({"metadata": {"name": "seldon"}}, "namespaces", "")
        server.put(iris, "seldondeployments")
        await reconciler(api).reconcile(KEY)
        assert server.names("deployments") == [DEPLOYMENT]

    with_api(scenario)


def test_two_operators_at_once_make_everything_once(iris: Json, with_api: WithApi) -> None:
    async def scenario(server: KubeApi, api: Api) -> None:
        async with Api(Access(server.base, False)) as second, asyncio.TaskGroup() as group:
            tasks = [group.create_task(controller.control(one, reconciler(one))) for one in (api, second)]
            server.put(iris, "seldondeployments")
            await until_soon(lambda: DEPLOYMENT in server.names("deployments"), "deployment")
            server.run_pods(DEPLOYMENT)
            await until_soon(lambda: state(server) == "Available", "Available")
            server.put({**with_scaler(iris)}, "seldondeployments")
            new = "iris-default-0-scaler-classifier"
            await until_soon(lambda: new in server.names("deployments"), "new deployment")
            server.run_pods(new)
            await until_soon(lambda: server.names("deployments") == [new], "only the new deployment")
            await until_soon(lambda: state(server) == "Available", "Available")
            for task in tasks:
                task.cancel()
        assert server.names("services") == ["iris-default", "iris-default-classifier", "iris-default-scaler"]
        made = [what for what in server.created if not what.startswith("events ")]
        assert sorted(made) == [f"deployments {name}" for name in (DEPLOYMENT, new)] + [
            f"services {name}" for name in server.names("services")
        ]
        # Whoever comes second finds it made, or tries again; it is never the SeldonDeployment's fault.
        events = server.all("events")
        assert events
        assert not [event["message"] for event in events if event["type"] == "Warning"]

    with_api(scenario)


def test_the_api_server_may_go_and_come_back(iris: Json, with_api: WithApi) -> None:
    async def scenario(server: KubeApi, api: Api) -> None:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(controller.control(api, reconciler(api)))
            server.put(iris, "seldondeployments")
            await until_soon(lambda: DEPLOYMENT in server.names("deployments"), "deployment")
            await server.stop()
            # Nobody sees this while the API server is away: pods become ready, and a second one is asked for.
            server.run_pods(DEPLOYMENT)
            server.put(deepcopy(iris) | {"metadata": {"name": "late", "namespace": "seldon"}}, "seldondeployments")
            await server.start()
            await until_soon(lambda: state(server) == "Available", "Available")
            await until_soon(lambda: "late-default-0-classifier" in server.names("deployments"), "the late one")
            task.cancel()
        assert server.names("deployments") == [DEPLOYMENT, "late-default-0-classifier"]

    with_api(scenario)


def test_a_restarted_operator_goes_on(iris: Json, with_api: WithApi) -> None:
    async def scenario(server: KubeApi, api: Api) -> None:
        for wanted in ("Creating", "Available"):
            async with asyncio.TaskGroup() as group:
                task = group.create_task(controller.control(api, reconciler(api)))
                if wanted == "Creating":
                    server.put(iris, "seldondeployments")
                else:
                    server.run_pods(DEPLOYMENT)
                await until_soon(lambda w=wanted: state(server) == w, wanted)
                task.cancel()
        assert server.names("deployments") == [DEPLOYMENT]

    with_api(scenario)


def test_deleting_leaves_nothing_behind(iris: Json, with_api: WithApi) -> None:
    async def scenario(server: KubeApi, api: Api) -> None:
        iris["spec"]["predictors"][0]["componentSpecs"][0] |= {
            "hpaSpec": {"maxReplicas": 2},
            "pdbSpec": {"minAvailable": 1},
        }
        work = reconciler(api)
        await available(server, work, iris)
        kinds = ("deployments", "services", "horizontalpodautoscalers", "poddisruptionbudgets")
        assert all(server.names(kind) for kind in kinds)
        server.remove("seldondeployments", "seldon", "iris")
        await work.reconcile(KEY)
        assert [name for kind in kinds for name in server.names(kind)] == []

    with_api(scenario)
