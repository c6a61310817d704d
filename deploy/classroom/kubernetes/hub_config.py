"""JupyterHub's configuration for a classroom on Kubernetes; `install.sh` puts it where the Hub's pod finds it.

A school's own sign-in (OAuth, LTI) takes the place of `Roster`; whatever it calls a learner must be the name on the
roster, because namespaces and ServiceAccounts are made from it beforehand.
"""

import hmac
import os
import re
import sys
from pathlib import Path

from jupyterhub.auth import Authenticator
from jupyterhub.proxy import ConfigurableHTTPProxy

c = get_config()  # type: ignore[name-defined]  # noqa: F821

PASSWORDS = Path("/etc/classroom/passwords")  # a file for each name: the Secret that learners.sh makes
NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
IDLE = int(os.environ["IDLE"])  # seconds


class Roster(Authenticator):
    """Whoever is on the roster, by the password that was made for them."""

    async def authenticate(self, handler, data):
        name, password = data["username"], data["password"]
        file = PASSWORDS / name
        if not NAME.fullmatch(name) or not file.is_file():
            return None
        return name if hmac.compare_digest(file.read_bytes(), password.encode()) else None

    async def refresh_user(self, user, handler=None, **kwargs):
        """Whoever was removed from the roster is signed out."""
        return (PASSWORDS / user.name).is_file()


class Proxy(ConfigurableHTTPProxy):
    """It takes what an open tab is told for activity, and is not asked: what handrail tells the Hub is to count."""

    async def get_all_routes(self, *args, **kwargs):
        routes = await super().get_all_routes(*args, **kwargs)
        for route in routes.values():
            route["data"].pop("last_activity", None)
        return routes


c.JupyterHub.authenticator_class = Roster
c.Authenticator.allow_all = True
c.Authenticator.auth_refresh_age = 30  # seconds
c.Authenticator.refresh_pre_spawn = True
c.Authenticator.admin_users = {os.environ["TEACHER"]}

# Servers and the proxy outlive the Hub: whoever is at work goes on while it is started again.
c.JupyterHub.cleanup_servers = False
c.JupyterHub.cleanup_proxy = False
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = "http://proxy-api:8001"
c.JupyterHub.proxy_class = Proxy
# A proxy that was started again knows no routes; after so many seconds at most, the Hub has told it.
c.JupyterHub.last_activity_interval = 5

c.JupyterHub.hub_bind_url = "http://0.0.0.0:8081"
c.JupyterHub.hub_connect_url = "http://hub:8081"
c.JupyterHub.db_url = "sqlite:////srv/jupyterhub/jupyterhub.sqlite"

c.JupyterHub.spawner_class = "kubespawner.KubeSpawner"
c.KubeSpawner.image = os.environ["LEARNER_IMAGE"]
c.KubeSpawner.image_pull_policy = "IfNotPresent"
c.KubeSpawner.cmd = ["handrail", "hub-server", "/course"]
c.KubeSpawner.port = 8888
c.KubeSpawner.pod_name_template = "server-{username}"
c.KubeSpawner.service_account = "learner-{username}"
c.KubeSpawner.automount_service_account_token = True
# A class that comes in at once has the nodes busy.
c.KubeSpawner.start_timeout = c.KubeSpawner.http_timeout = 300
c.KubeSpawner.mem_guarantee, c.KubeSpawner.mem_limit = os.environ["MEMORY"], os.environ["MEMORY_LIMIT"]
c.KubeSpawner.cpu_guarantee = float(os.environ["CPU"])
c.KubeSpawner.uid = c.KubeSpawner.gid = c.KubeSpawner.fs_gid = 1000
c.KubeSpawner.pod_security_context = {
    "runAsUser": 1000, "runAsGroup": 1000, "fsGroup": 1000, "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}  # fmt: skip
c.KubeSpawner.container_security_context = {
    "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]},
}  # fmt: skip
c.KubeSpawner.extra_pod_config = {"enableServiceLinks": False}
# Progress and files, for whoever comes back.
c.KubeSpawner.storage_pvc_ensure = True
c.KubeSpawner.pvc_name_template = "home-{username}"
c.KubeSpawner.storage_capacity = os.environ["STORAGE"]
c.KubeSpawner.volumes = {
    "home": {"name": "home", "persistentVolumeClaim": {"claimName": "home-{username}"}},
    # Where this learner's images go, and by which password: in a classroom with a registry, learners.sh makes it.
    "registry": {"name": "registry", "secret": {"secretName": "registry-{username}", "optional": True}},
}
c.KubeSpawner.volume_mounts = {
    "home": {"name": "home", "mountPath": "/home/learner"},
    "registry": {"name": "registry", "mountPath": "/etc/registry", "readOnly": True},
}
c.KubeSpawner.environment = {
    # kubectl and Helm work in this namespace where nobody names another.
    "POD_NAMESPACE": "learner-{username}",
    "JUPYTERHUB_ACTIVITY_INTERVAL": os.environ["ACTIVITY_INTERVAL"],
    "HANDRAIL_BOARD_URL": "http://board:8003/services/board/",
    "HANDRAIL_PREVIEWS": os.environ["PREVIEWS"],
}

if os.environ["VCLUSTER"]:
    # The kubeconfig of the learner's own cluster, read with the learner's rights: anew for each server, and the learner
    # may change it. Where there is none yet, kubectl works in the learner's namespace.
    mount = {"name": "kubeconfig", "mountPath": "/etc/kubeconfig"}
    c.KubeSpawner.volumes["kubeconfig"] = {"name": "kubeconfig", "emptyDir": {}}
    c.KubeSpawner.volume_mounts["kubeconfig"] = mount
    c.KubeSpawner.environment["KUBECONFIG"] = "/etc/kubeconfig/config"
    # KubeSpawner makes one brace of two.
    read = "kubectl get secret vc-vcluster --ignore-not-found -o go-template='{{{{.data.config | base64decode}}}}'"
    c.KubeSpawner.init_containers = [
        {
            "name": "kubeconfig",
            "image": os.environ["LEARNER_IMAGE"],
            "imagePullPolicy": "IfNotPresent",
            "command": ["sh", "-c", f"umask 077 && {read} >/etc/kubeconfig/config"],
            "env": [{"name": "POD_NAMESPACE", "value": "learner-{username}"}],
            "volumeMounts": [mount],
            "securityContext": c.KubeSpawner.container_security_context,
        }
    ]

# Root in a privileged pod is root on its node: such pods go to nodes that are set apart for them, which privileged.yaml
# holds the Hub to. Without the token of a ServiceAccount, kubectl and kind know the learner's own cluster alone.
if os.environ["PRIVILEGED"]:
    c.KubeSpawner.cmd = ["podman-entrypoint", "handrail", "hub-server", "/course"]
    c.KubeSpawner.uid = c.KubeSpawner.gid = c.KubeSpawner.fs_gid = 0
    c.KubeSpawner.pod_security_context = {"runAsUser": 0, "runAsGroup": 0}
    # Kubernetes takes no privileged container that says at once that it is not to gain privileges.
    c.KubeSpawner.allow_privilege_escalation = None
    c.KubeSpawner.container_security_context = {"privileged": True}
    c.KubeSpawner.extra_labels = {"handrail-classroom/privileged": "true"}
    c.KubeSpawner.node_selector = {"handrail-classroom/privileged": "true"}
    c.KubeSpawner.tolerations = [{"key": "handrail-classroom/privileged", "operator": "Exists"}]
    c.KubeSpawner.automount_service_account_token = False
    del c.KubeSpawner.environment["POD_NAMESPACE"]
    # Podman's layers lie on the node's disk: the container's own file system cannot hold them.
    c.KubeSpawner.volumes["containers"] = {"name": "containers", "emptyDir": {}}
    c.KubeSpawner.volume_mounts["containers"] = {"name": "containers", "mountPath": "/var/lib/containers"}
    # The images that the course brings along are unpacked first.
    c.KubeSpawner.start_timeout = c.KubeSpawner.http_timeout = 900

c.JupyterHub.load_roles = [
    {
        "name": "culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["culler"],
    }
]
c.JupyterHub.services = [
    {
        "name": "culler",
        "command": [
            sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={IDLE}",
            f"--cull-every={max(1, min(60, IDLE // 10))}",
        ],
    },
    # A pod of its own runs it. For admins: the Hub's role for learners has no access to services.
    {
        "name": "board",
        "url": "http://board:8003",
        "api_token": os.environ["BOARD_TOKEN"],
        "oauth_no_confirm": True,
    },
]  # fmt: skip
