"""A real classroom on this machine, as `deploy/classroom/local.sh` starts it: JupyterHub, handrail for each learner."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx

from ..ports import free_port
from ..waiting import PATIENCE, until

REPO = Path(__file__).parents[2]
LOCAL = REPO / "deploy" / "classroom" / "local.sh"
SCENARIO = REPO / "tests" / "browser" / "scenarios" / "garden"
ANNA, BEN, CLEO, DORA, TEACHER = "hc-anna", "hc-ben", "hc-cleo", "hc-dora", "hc-teacher"
# Those of a whole class, for what comes of all at once.
PUPILS = [f"hc-pupil-{number:02}" for number in range(1, 31)]
# Seconds between two words of a server to the Hub that somebody works.
ACTIVITY_INTERVAL = 5
# What is installed is kept from one run to the next; the classroom itself is not.
PROGRAMS = Path(os.environ.get("PROGRAMS") or "/var/tmp/handrail-classroom-programs")

# The culler with a clock of its own: no test is idle for an hour, and none is culled because the machine is busy.
CULL_AT = """
import sys
from datetime import UTC, datetime
import jupyterhub_idle_culler as culler
then = datetime.fromtimestamp(float(sys.argv.pop(1)), UTC)
culler.utcnow = lambda: then
culler.main()
"""


@dataclass
class Classroom:
    """One that runs."""

    folder: Path
    port: int
    environment: dict[str, str]
    scenario: Path = SCENARIO
    process: subprocess.Popen[bytes] = field(init=False)
    clients: list[httpx.Client] = field(default_factory=list)

    def start(self) -> None:
        """Starts it, and waits until the Hub answers."""
        log = self.folder.with_suffix(".log")
        with log.open("ab") as output:
            self.process = subprocess.Popen([LOCAL, self.scenario], stdout=output, stderr=output, env=self.environment)
        until(self.is_up, f"the Hub; its log is {log}")

    def end(self, by: int = signal.SIGTERM) -> None:
        """Ends it by a signal, as a service manager does unless another is given, and the browsers opened in it."""
        for client in self.clients:
            client.close()
        self.process.send_signal(by)
        self.process.wait(PATIENCE)

    def is_up(self) -> bool:
        assert self.process.poll() is None, self.folder.with_suffix(".log").read_text()
        try:
            return httpx.get(self.url + "/hub/login", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def culler(self) -> tuple[list[str], dict[str, str]]:
        """The command and the environment of the culler that the Hub has started."""
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # one that has ended meanwhile
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                words = (folder / "cmdline").read_text().split("\0")[:-1]
                if parent == self.process.pid and "jupyterhub_idle_culler" in words:
                    given = (folder / "environ").read_text().split("\0")[:-1]
                    return words, dict(each.split("=", 1) for each in given)
        raise AssertionError("the Hub has started no culler")

    def worked(self, name: str) -> float:
        """When the learner has worked last, as far as the Hub knows, in Unix time."""
        _, environment = self.culler()
        asked = f"{environment['JUPYTERHUB_API_URL']}/users/{name}"
        key = {"Authorization": f"token {environment['JUPYTERHUB_API_TOKEN']}"}
        answer = httpx.get(asked, headers=key, trust_env=False, timeout=PATIENCE)
        return datetime.fromisoformat(answer.json()["servers"][""]["last_activity"]).timestamp()

    @contextlib.contextmanager
    def culling(self, idle_since: float) -> Iterator[None]:
        """The culler at work as it will be when servers that nobody has used since this Unix time are to be ended."""
        words, environment = self.culler()
        (timeout,) = (word.partition("=")[2] for word in words if word.startswith("--timeout="))
        python, module, _, *options = words
        assert module == "-m"
        then = str(idle_since + int(timeout))
        process = subprocess.Popen([python, "-c", CULL_AT, then, *options], env=environment)
        try:
            yield
            assert process.poll() is None
        finally:
            process.terminate()
            process.wait(PATIENCE)

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

    def browser(self) -> httpx.Client:
        """One in which nobody has signed in yet, as far as cookies go."""
        client = httpx.Client(base_url=self.url, trust_env=False, timeout=PATIENCE)
        self.clients.append(client)
        return client

    def sign_in(self, client: httpx.Client, name: str) -> httpx.Response:
        """What the Hub answers to the learner's name and password."""
        form = client.get("/hub/login").text
        xsrf = re.search(r'name="_xsrf" value="([^"]+)"', form)
        assert xsrf is not None, form
        return client.post("/hub/login", data={"username": name, "password": self.password(name), "_xsrf": xsrf[1]})

    def browser_of(self, name: str) -> httpx.Client:
        """A browser in which the learner has signed in to the Hub."""
        client = self.browser()
        answer = self.sign_in(client, name)
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


@contextlib.contextmanager
def running(names: Iterable[str], teacher: str, scenario: Path = SCENARIO) -> Iterator[Classroom]:
    """A classroom of these learners, which is removed at the end, as far as it is this one's."""
    base, port = Path(tempfile.mkdtemp(prefix="handrail-classroom-", dir="/var/tmp")), free_port()
    folder = base / "room"
    base.chmod(0o755)
    (base / "names.txt").write_text("\n".join(["# the roster", "", *names]) + "\n")
    told = {
        "DIR": str(folder), "PROGRAMS": str(PROGRAMS), "ROSTER": str(base / "names.txt"), "TEACHER": teacher,
        "PORT": str(port), "HUB_PORT": str(free_port()), "PROXY_PORT": str(free_port()), "ADDRESS": "127.0.0.1",
        "BOARD_PORT": str(free_port()), "ACTIVITY_INTERVAL": str(ACTIVITY_INTERVAL),
        "PREVIEWS": f"http://*.localhost:{port}",
    }  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTERHUB")} | told
    room = Classroom(folder, port, environment, scenario)
    try:
        room.start()
        yield room
    finally:
        room.end()
        done = subprocess.run([LOCAL, "--remove"], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert not folder.exists()
        assert f":{folder}/" not in Path("/etc/passwd").read_text()
        shutil.rmtree(base)
