"""JupyterHub's configuration for a classroom on one machine. `local.sh` makes the accounts and says where all lies."""

import os
import sys
from pathlib import Path

from jupyterhub.auth import PAMAuthenticator

c = get_config()  # type: ignore[name-defined]  # noqa: F821

DIR, PROGRAMS, PORT = os.environ["DIR"], os.environ["PROGRAMS"], os.environ["PORT"]
IDLE = int(os.environ["IDLE"])  # seconds

c.JupyterHub.bind_url = f"{'https' if os.environ['CERT'] else 'http'}://{os.environ['ADDRESS']}:{PORT}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{os.environ['HUB_PORT']}"
c.JupyterHub.ssl_cert, c.JupyterHub.ssl_key = os.environ["CERT"], os.environ["KEY"]
c.JupyterHub.db_url = f"sqlite:///{DIR}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = f"{DIR}/cookie-secret"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{os.environ['PROXY_PORT']}"
c.ConfigurableHTTPProxy.command = [f"{PROGRAMS}/node_modules/.bin/configurable-http-proxy"]
if os.environ["PREVIEWS"]:
    routes = Path(__file__).parent / "preview_routes.cjs"
    c.ConfigurableHTTPProxy.command += ["--host-routing", f"--storage-backend={routes}"]
c.ConfigurableHTTPProxy.pid_file = f"{DIR}/proxy.pid"

NAMES, TEACHER = set(os.environ["NAMES"].split()), os.environ["TEACHER"]


class Roster(PAMAuthenticator):
    """Whoever is on the roster, by the password of their account."""

    async def refresh_user(self, user, handler=None, **kwargs):
        """Whoever was taken off the roster is signed out."""
        return user.name in NAMES | {TEACHER}


c.JupyterHub.authenticator_class = Roster
c.PAMAuthenticator.open_sessions = False
c.Authenticator.allowed_users = NAMES
# Otherwise whoever was on it once, too.
c.Authenticator.allow_existing_users = False
c.Authenticator.admin_users = {TEACHER}
c.Authenticator.auth_refresh_age = 30  # seconds

c.JupyterHub.spawner_class = "localprocess"
c.Spawner.cmd = [f"{PROGRAMS}/venv/bin/handrail", "hub-server", f"{DIR}/course"]
# A class that comes in at once has the machine busy.
c.Spawner.start_timeout = c.Spawner.http_timeout = 180

c.JupyterHub.load_roles = [
    {
        "name": "culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["culler"],
    }
]
# The proxy takes whatever an open tab is told for activity: only what handrail tells the Hub is to count.
c.JupyterHub.last_activity_interval = 365 * 24 * 3600
BOARD = f"http://127.0.0.1:{os.environ['BOARD_PORT']}"
c.Spawner.environment = {
    "SHELL": "/bin/bash",
    "JUPYTERHUB_ACTIVITY_INTERVAL": os.environ["ACTIVITY_INTERVAL"],
    "HANDRAIL_BOARD_URL": f"{BOARD}/services/board/",
    "HANDRAIL_PREVIEWS": os.environ["PREVIEWS"],
}
# A Hub that is killed takes its services with it: the next one could not listen where the last one's board does.
ENDS_WITH_THE_HUB = ["setpriv", "--pdeathsig", "TERM"]
LOOK_EVERY = max(1, min(60, IDLE // 10))
c.JupyterHub.services = [
    {
        "name": "culler",
        "command": [
            *ENDS_WITH_THE_HUB, sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={IDLE}",
            f"--cull-every={LOOK_EVERY}",
        ],
    },
    # For admins: the Hub's role for learners has no access to services.
    {
        "name": "board",
        "url": BOARD,
        "command": [*ENDS_WITH_THE_HUB, f"{PROGRAMS}/venv/bin/handrail", "hub-board"],
        "oauth_no_confirm": True,
    },
]  # fmt: skip
