"""The configuration of the Hub on Kubernetes: which pod it starts for a learner, by the settings of `install.sh`.

JupyterHub is not among the tools of these tests, so `hub_config.py` writes into a record of what it says.
"""

from __future__ import annotations

import builtins
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

HUB_CONFIG = Path(__file__).parents[3] / "deploy" / "classroom" / "kubernetes" / "hub_config.py"
SETTINGS = {
    "LEARNER_IMAGE": "learner:1", "TEACHER": "teacher", "MEMORY": "1G", "MEMORY_LIMIT": "2G", "CPU": "1",
    "STORAGE": "2Gi", "PREVIEWS": "", "IDLE": "3600", "ACTIVITY_INTERVAL": "60", "BOARD_TOKEN": "secret",
    "PRIVILEGED": "", "VCLUSTER": "",
}  # fmt: skip


class Spoken(dict[str, Any]):
    """What traitlets makes of `c`: a section for each name that is asked for first."""

    def __missing__(self, name: str) -> SimpleNamespace:
        self[name] = SimpleNamespace()
        return self[name]

    def __getattr__(self, name: str) -> Any:
        return self[name]


@pytest.fixture
def spawner(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the configuration says of KubeSpawner with these settings."""
    auth, proxy = ModuleType("jupyterhub.auth"), ModuleType("jupyterhub.proxy")
    auth.Authenticator, proxy.ConfigurableHTTPProxy = object, object  # type: ignore[attr-defined]
    for module in (ModuleType("jupyterhub"), auth, proxy):
        monkeypatch.setitem(sys.modules, module.__name__, module)

    def configured(**settings: str) -> Any:
        c = Spoken()
        monkeypatch.setattr(builtins, "get_config", lambda: c, raising=False)
        for name, value in (SETTINGS | settings).items():
            monkeypatch.setenv(name, value)
        exec(compile(HUB_CONFIG.read_text(), HUB_CONFIG, "exec"), {"__name__": "hub_config"})
        return c.KubeSpawner

    return configured


def test_a_learners_pod_has_no_privileges_unless_it_is_asked_for(spawner: Any) -> None:
    said = spawner()
    assert said.container_security_context == {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    assert said.pod_security_context["runAsNonRoot"] is True
    assert "privileged" not in repr(vars(said))
    assert said.uid == 1000


def test_a_privileged_pod_lands_on_nodes_that_are_set_apart_and_knows_no_cluster_but_its_own(spawner: Any) -> None:
    said = spawner(PRIVILEGED="1")
    assert said.container_security_context == {"privileged": True}
    assert said.node_selector == {"handrail-classroom/privileged": "true"}
    assert said.tolerations == [{"key": "handrail-classroom/privileged", "operator": "Exists"}]
    assert said.automount_service_account_token is False
    assert "POD_NAMESPACE" not in said.environment
    assert said.volumes["containers"]["emptyDir"] == {}
    assert said.volume_mounts["containers"]["mountPath"] == "/var/lib/containers"


def test_learners_in_privileged_pods_keep_their_files_and_are_told_of_the_board(spawner: Any) -> None:
    plain, privileged = spawner(), spawner(PRIVILEGED="1")
    assert privileged.volumes["home"] == plain.volumes["home"]
    assert privileged.environment.items() <= plain.environment.items()
    assert "HANDRAIL_BOARD_URL" in privileged.environment


def test_kubectl_finds_the_vcluster_of_a_learner_where_there_are_any(spawner: Any) -> None:
    assert not hasattr(spawner(), "init_containers")
    assert "KUBECONFIG" not in spawner().environment
    said = spawner(VCLUSTER="1")
    (read,) = said.init_containers
    assert said.environment["KUBECONFIG"] == "/etc/kubeconfig/config"
    assert said.volume_mounts["kubeconfig"] in read["volumeMounts"]
    # KubeSpawner fills in names by `format`, here and in all that it is told.
    assert "'{{.data.config | base64decode}}' >/etc/kubeconfig/config" in read["command"][-1].format(username="anna")
    assert read["env"][0]["value"].format(username="anna") == "learner-anna"


def test_what_reads_it_may_no_more_than_the_server_and_is_told_nothing_of_the_hub(spawner: Any) -> None:
    said = spawner(VCLUSTER="1")
    (read,) = said.init_containers
    assert read["securityContext"] == said.container_security_context
    assert [each["name"] for each in read["env"]] == ["POD_NAMESPACE"]
