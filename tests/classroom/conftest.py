"""A real classroom on this machine, as `deploy/classroom/local.sh` starts it: JupyterHub, handrail for each learner."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from ..browser.conftest import browser  # noqa: F401
from ..ports import free_port
from ..waiting import PATIENCE, until

REPO = Path(__file__).parents[2]
LOCAL = REPO / "deploy" / "classroom" / "local.sh"
SCENARIO = REPO / "tests" / "browser" / "scenarios" / "garden"
ANNA, BEN, CLEO, DORA, TEACHER = "hc-anna", "hc-ben", "hc-cleo", "hc-dora", "hc-teacher"
# Seconds until a server that nobody uses is ended: longer than a busy machine takes from one click to the next.
IDLE = 90
# What is installed is kept from one run to the next; the classroom itself is not.
PROGRAMS = Path("/var/tmp/handrail-classroom-programs")


@dataclass
class Classroom:
    """One that runs."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    clients: list[httpx.Client] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def home(self, name: str) -> Path:
        """The home that the lesson gives a learner."""
        (found,) = (self.folder / "homes" / name / ".local" / "state" / "handrail").glob("course-*/home")
        return found

    def password(self, name: str) -> str:
        lines = (self.folder / "passwords.txt").read_text().splitlines()
        return dict(line.split() for line in lines)[name]

    def browser_of(self, name: str) -> httpx.Client:
        """A browser, as far as cookies go, in which the learner has signed in to the Hub."""
        client = httpx.Client(base_url=self.url, trust_env=False, timeout=PATIENCE)
        self.clients.append(client)
        form = client.get("/hub/login").text
        xsrf = re.search(r'name="_xsrf" value="([^"]+)"', form)
        assert xsrf is not None, form
        given = {"username": name, "password": self.password(name), "_xsrf": xsrf[1]}
        answer = client.post("/hub/login", data=given)
        assert answer.status_code == 302, answer.text
        return client

    def enter(self, name: str) -> httpx.Client:
        """The browser of a learner whose server runs and who is signed in to it."""
        client = self.browser_of(name)
        client.get("/hub/spawn", follow_redirects=True)

        def is_there() -> bool:
            time.sleep(0.2)  # the machine is to start the server, not to answer here
            answer = client.get(f"/user/{name}/", follow_redirects=True)
            return answer.status_code == 200 and answer.url.path == f"/user/{name}/"

        until(is_there, f"the server of {name}")
        return client


@pytest.fixture(scope="session")
def classroom() -> Iterator[Classroom]:
    if os.geteuid() != 0:
        pytest.skip("learners' accounts are made by root alone")
    folder, port = Path(tempfile.mkdtemp(prefix="handrail-classroom-", dir="/var/tmp")), free_port()
    (folder / "names.txt").write_text(f"{ANNA}\n{BEN}   # the second\n\n{CLEO} {DORA}\n")
    told = {
        "DIR": str(folder), "PROGRAMS": str(PROGRAMS), "ROSTER": str(folder / "names.txt"), "TEACHER": TEACHER,
        "PORT": str(port), "HUB_PORT": str(free_port()), "PROXY_PORT": str(free_port()), "ADDRESS": "127.0.0.1",
        "BOARD_PORT": str(free_port()), "IDLE": str(IDLE),
    }  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTERHUB")} | told
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([LOCAL, SCENARIO], stdout=log, stderr=log, env=environment)
    room = Classroom(folder, port, process)
    try:
        until(lambda: is_up(room), f"the Hub; its log is {folder / 'log'}")
        yield room
    finally:
        for client in room.clients:
            client.close()
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
        done = subprocess.run([LOCAL, "--remove"], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert not folder.exists()
        assert "hc-" not in Path("/etc/passwd").read_text()


def is_up(room: Classroom) -> bool:
    assert room.process.poll() is None, (room.folder / "log").read_text()
    try:
        return httpx.get(room.url + "/hub/login", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False
