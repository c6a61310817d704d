"""The chart: its rights are those that the operator uses, its schema and settings are the code's."""

import asyncio
import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from seldon_standin.operator import schema, settings
from seldon_standin.operator.controller import control
from seldon_standin.operator.kube import Access, Api
from seldon_standin.operator.leader import Election, Terms
from seldon_standin.operator.reconcile import Reconciler

from ....waiting import PATIENCE, until_soon
from .kube_api import KubeApi

Json = dict[str, Any]

CHART = Path(__file__).parents[4] / "standin/chart"
# Of use only where the API server enforces owner references; see the chart.
UNSEEN = {("update", "seldondeployments/finalizers")}


def granted() -> set[tuple[str, str]]:
    """(verb, resource) pairs of every role in the chart."""
    text = re.sub(r"^\s*\{\{.*\}\}\s*$", "", (CHART / "templates/rbac.yaml").read_text(), flags=re.MULTILINE)
    text = re.sub(r"\{\{.*?\}\}", "x", text)
    rules = [rule for item in yaml.safe_load_all(text) for rule in item.get("rules", [])]
    return {(verb, resource) for rule in rules for verb in rule["verbs"] for resource in rule["resources"]}


async def use_everything(iris: Json, server: KubeApi) -> None:
    """A life of a SeldonDeployment that makes, changes and removes each kind of object."""
    component = iris["spec"]["predictors"][0]["componentSpecs"][0]
    component |= {"hpaSpec": {"maxReplicas": 2}, "pdbSpec": {"minAvailable": 1}}
    async with Api(Access(server.base, False)) as api:

        async def work() -> None:
            await control(api, Reconciler(api, settings.Settings))

        task = asyncio.ensure_future(Election(api, "system", "lease", "one", Terms(retry=0.1)).run(work))
        first, second = "iris-default-0-classifier", "iris-default-0-other"
        server.put(iris, "seldondeployments")
        await until_soon(lambda: server.names("deployments") == [first])
        component["hpaSpec"]["maxReplicas"] = component["pdbSpec"]["minAvailable"] = 3
        component["spec"]["containers"][0]["ports"] = [{"name": "http", "containerPort": 7000}]
        server.put(iris, "seldondeployments")
        await until_soon(lambda: ("update", "poddisruptionbudgets") in server.used, "an updated budget")
        del component["hpaSpec"], component["pdbSpec"]
        server.put(iris, "seldondeployments")
        server.run_pods(first)
        await until_soon(lambda: server.names("poddisruptionbudgets") == [], "no budget")
        changed = deepcopy(iris)
        changed["spec"]["predictors"][0]["graph"]["name"] = "other"
        changed["spec"]["predictors"][0]["componentSpecs"][0]["spec"]["containers"][0]["name"] = "other"
        server.put(changed, "seldondeployments")
        await until_soon(lambda: second in server.names("deployments"))
        server.run_pods(second)
        await until_soon(lambda: server.names("deployments") == [second])
        await until_soon(lambda: "iris-default-classifier" not in server.names("services"))
        await until_soon(lambda: {("patch", "events"), ("update", "leases")} <= server.used)
        task.cancel()
        await asyncio.wait([task])


def test_the_rights_are_those_that_are_used(iris: Json) -> None:
    async def scenario() -> set[tuple[str, str]]:
        server = KubeApi()
        await server.start()
        try:
            await asyncio.wait_for(use_everything(iris, server), PATIENCE)
        finally:
            await server.stop()
        return server.used

    assert asyncio.run(scenario()) | UNSEEN == granted()


def test_the_schema_of_the_chart_is_the_code_s() -> None:
    assert json.loads((CHART / "files/schema.json").read_text()) == schema.schema()


def test_every_variable_that_the_operator_reads_is_set_by_the_chart() -> None:
    code = "".join(path.read_text() for path in Path(settings.__file__).parent.glob("*.py"))
    read = set(
        re.findall(r'"((?:EXECUTOR|PREDICTIVE_UNIT|DEFAULT_USER|WEBHOOK|READINESS|CONTROLLER|WATCH)_[A-Z_]+)"', code)
    )
    wrapper = set(
        re.findall(r'"(PREDICTIVE_UNIT_[A-Z_]+)"', Path(settings.__file__).with_name("containers.py").read_text())
    )
    template = (CHART / "templates/deployment.yaml").read_text()
    missing = {name for name in read - wrapper if f'"{name}"' not in template}
    assert missing <= {"PREDICTIVE_UNIT_PARAMETERS", "EXECUTOR_DEFAULT_"}


@pytest.mark.parametrize(
    ("env", "config", "word"),
    [
        ({"EXECUTOR_SERVER_PORT": "http"}, {}, "EXECUTOR_SERVER_PORT"),
        ({}, {"predictor_servers": "{"}, "predictor_servers"),
    ],
)
def test_a_bad_setting_is_named(env: dict[str, str], config: dict[str, str], word: str) -> None:
    with pytest.raises(settings.SettingsError, match=word):
        settings.from_environment(env, config)


def test_settings_come_from_the_environment() -> None:
    env = {"EXECUTOR_DEFAULT_CPU_REQUEST": "100m", "READINESS_DELAY_SECONDS": "20", "DEFAULT_USER_ID": "1000"}
    made = settings.from_environment(env, {"explainer": '{"image": "e:1"}'})
    assert made.orchestrator_resources["requests"] == {"cpu": "100m", "memory": "512Mi"}
    assert (made.readiness_delay, made.default_user, made.explainer_image) == (20, 1000, "e:1")
