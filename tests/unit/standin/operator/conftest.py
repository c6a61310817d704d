from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from copy import deepcopy
from typing import Any

import pytest
from seldon_standin.operator.kube import Access, Api

from ....waiting import PATIENCE
from .kube_api import KubeApi

Json = dict[str, Any]

IRIS: Json = {
    "apiVersion": "machinelearning.seldon.io/v1",
    "kind": "SeldonDeployment",
    "metadata": {"name": "iris", "namespace": "seldon"},
    "spec": {
        "predictors": [
            {
                "name": "default",
                "replicas": 1,
                "graph": {"name": "classifier", "type": "MODEL"},
                "componentSpecs": [{"spec": {"containers": [{"name": "classifier", "image": "iris:1"}]}}],
            }
        ]
    },
}

Scenario = Callable[[KubeApi, Api], Awaitable[None]]


@pytest.fixture
def iris() -> Json:
    """A SeldonDeployment with one model, to be changed at will."""
    return deepcopy(IRIS)


@pytest.fixture
def with_api() -> Callable[[Scenario], None]:
    """Runs a coroutine function with a Kubernetes API and a client of it."""

    def run(scenario: Scenario) -> None:
        async def inside() -> None:
            server = KubeApi()
            await server.start()
            try:
                async with Api(Access(server.base, False)) as api:
                    await asyncio.wait_for(scenario(server, api), PATIENCE)
            finally:
                await server.stop()

        asyncio.run(inside())

    return run
