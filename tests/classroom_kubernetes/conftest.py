"""A real classroom on a kind cluster, as `deploy/classroom/kubernetes/kind.sh` makes it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ..browser.conftest import browser  # noqa: F401
from ..classroom.conftest import ANNA, BEN, CLEO, SCENARIO, TEACHER, Classroom, sign_in  # noqa: F401
from ..ports import free_port
from ..waiting import until

KUBERNETES = Path(__file__).parents[2] / "deploy" / "classroom" / "kubernetes"
CLUSTER = "handrail-classroom-test"
NAMESPACE = "handrail-classroom"


@dataclass
class Cluster(Classroom):
    """A classroom whose Hub, proxy, board and servers are pods."""

    course: Path = SCENARIO

    def start(self) -> None:
        """Starts it, and waits until it has said that it is there: building images takes minutes."""
        log = self.folder / "log"
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [KUBERNETES / "kind.sh", self.course], stdout=output, stderr=subprocess.STDOUT, env=self.environment
            )

        def is_there() -> bool:
            assert self.process.poll() is None, log.read_text()
            return "Ctrl-C removes it" in log.read_text()

        while not is_there():
            try:
                self.process.wait(1)
            except subprocess.TimeoutExpired:
                continue
        until(self.is_up, "the Hub")

    @property
    def as_administrator(self) -> dict[str, str]:
        """The environment of a shell in which the cluster's administrator works."""
        room = self.folder / "room"
        return self.environment | {
            "KUBECONFIG": str(room / "kubeconfig"), "PATH": f"{room / 'bin'}:{self.environment['PATH']}"
        }  # fmt: skip

    def kubectl(self, *words: str) -> str:
        """What kubectl says to the cluster's administrator."""
        kubectl = self.folder / "room" / "bin" / "kubectl"
        return subprocess.run([kubectl, *words], env=self.as_administrator, check=True, text=True,
                              stdout=subprocess.PIPE).stdout  # fmt: skip

    def status_for_the_hub(self, url: str) -> str:
        """The HTTP status that the Hub's pod, which every policy lets through, gets without credentials."""
        script = 'import httpcore, sys; print(httpcore.request("GET", sys.argv[1]).status)'
        words = ["exec", "deployment/hub", "--namespace", NAMESPACE, "--", "python", "-c", script, url]
        return self.kubectl(*words).strip()

    @property
    def learner_image(self) -> str:
        """The image that learners' servers are made from."""
        told = ("configmap", "classroom", "--namespace", NAMESPACE, "--output", "jsonpath={.data.LEARNER_IMAGE}")
        return self.kubectl("get", *told)

    def pods(self, selector: str, namespace: str = NAMESPACE) -> list[dict[str, Any]]:
        """The pods of a namespace that have these labels."""
        found = self.kubectl("get", "pods", "--namespace", namespace, "--selector", selector, "--output", "json")
        pods: list[dict[str, Any]] = json.loads(found)["items"]
        return pods

    def address(self, selector: str) -> str:
        """The IP address of the one pod that has these labels."""
        (pod,) = self.pods(selector)
        return str(pod["status"]["podIP"])

    def password(self, name: str) -> str:
        told = subprocess.run(
            [KUBERNETES / "learners.sh", "--passwords"], check=True, text=True, stdout=subprocess.PIPE,
            env=self.as_administrator,
        ).stdout  # fmt: skip
        return dict(line.split() for line in told.splitlines())[name]


@contextlib.contextmanager
def opened(
    course: Path, cluster: str, names: Iterable[str] = (ANNA, f"{BEN}   # the second", CLEO)
) -> Iterator[Cluster]:
    """A classroom for these learners on a cluster of this name, which is removed in the end."""
    folder, port = Path(tempfile.mkdtemp(prefix="handrail-classroom-", dir="/var/tmp")), free_port()
    (folder / "names.txt").write_text("\n".join([*names, ""]))
    told = {
        "CLUSTER": cluster, "DIR": str(folder / "room"), "ROSTER": str(folder / "names.txt"), "TEACHER": TEACHER,
        "PORT": str(port), "ACTIVITY_INTERVAL": "5", "PREVIEWS": f"http://*.localhost:{port}",
    }  # fmt: skip
    room = Cluster(folder, port, os.environ | told, course=course)
    # What a run left that was killed is in nobody's way.
    subprocess.run([KUBERNETES / "kind.sh", "--remove"], env=room.environment, check=True, stdout=subprocess.DEVNULL)
    try:
        room.start()
        yield room
    finally:
        room.end()
        # Nothing of it is left: neither the cluster nor its tools.
        left = subprocess.run(["podman", "ps", "--all", "--format", "{{.Names}}"], capture_output=True, text=True)
        assert cluster not in left.stdout
        assert not (folder / "room").exists()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def classroom() -> Iterator[Cluster]:
    with opened(SCENARIO, CLUSTER) as room:
        yield room
