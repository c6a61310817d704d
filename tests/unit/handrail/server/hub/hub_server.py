"""A real `handrail hub-server` as JupyterHub starts it, with a Hub that does not answer: what it decides by itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .....ports import free_port
from .....waiting import PATIENCE

TOKEN = "c0ffee" * 8
# Root may read every process unless it lacks this; a container's root does.
UNPRIVILEGED = (
    ["setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-sys_ptrace"]
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("setpriv")
    else []
)


@dataclass
class HubServer:
    """One that runs."""

    process: subprocess.Popen[str]
    port: int
    prefix: str = "/user/anna/"

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def at(self, path: str) -> str:
        """The address of a path below its prefix."""
        return self.origin + self.prefix.rstrip("/") + path

    def stop(self) -> str:
        """Ends it; what it said on standard error."""
        self.process.terminate()
        return self.process.communicate(timeout=PATIENCE)[1]


def environment(port: int, home: Path, **more: str) -> dict[str, str]:
    """What JupyterHub's spawners set."""
    told = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTERHUB_", "XDG_"))}
    return {
        **told,
        "HOME": str(home),
        "JUPYTERHUB_API_TOKEN": TOKEN,
        "JPY_API_TOKEN": TOKEN,
        "JUPYTERHUB_API_URL": f"http://127.0.0.1:{free_port()}/hub/api",
        "JUPYTERHUB_CLIENT_ID": "jupyterhub-user-anna",
        "JUPYTERHUB_USER": "anna",
        "JUPYTERHUB_SERVICE_PREFIX": "/user/anna/",
        "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{port}/user/anna/",
        "JUPYTERHUB_BASE_URL": "/",
        "JUPYTERHUB_OAUTH_CALLBACK_URL": "/user/anna/oauth_callback",
        "JUPYTERHUB_OAUTH_ACCESS_SCOPES": json.dumps(["access:servers!server=anna/", "access:servers!user=anna"]),
        **more,
    }


def command(scenario: Path) -> list[str]:
    return [*UNPRIVILEGED, sys.executable, "-m", "handrail", "hub-server", str(scenario)]


def start(scenario: Path, home: Path, **more: str) -> HubServer:
    """One that is ready."""
    port = free_port()
    process = subprocess.Popen(
        command(scenario), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=home,
        env=environment(port, home, **more),
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    assert "serves anna at /user/anna/" in line, process.communicate()[1]
    return HubServer(process, port)
