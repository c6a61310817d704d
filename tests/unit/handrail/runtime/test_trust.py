"""A stranger's scenario runs in a container, or nowhere, unless the user says otherwise."""

from __future__ import annotations

import argparse
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from handrail.runtime import trust
from handrail.runtime.host import Host
from handrail.runtime.hosts import hosts, ports
from handrail.runtime.image_table import NoImage, image_for
from handrail.runtime.images_here import by_likelihood
from handrail.runtime.workspace import Workspace
from handrail.scenario.reader import load

from ....waiting import PATIENCE

MakeScenario = Callable[..., Path]


@pytest.fixture
def no_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's own settings, and engines that are installed and do not answer."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("docker", "podman"):
        engine = tmp_path / "bin" / name
        engine.parent.mkdir(exist_ok=True)
        engine.write_text("#!/bin/sh\nexit 1\n")
        engine.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")


def handrail_test(root: Path, *arguments: str, stdin: int = subprocess.DEVNULL) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "handrail", "test", str(root), *arguments],
        stdin=stdin, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip


@pytest.mark.usefixtures("no_engine")
def test_without_a_terminal_and_without_a_container_it_is_refused(make_scenario: MakeScenario, tmp_path: Path) -> None:
    run = handrail_test(make_scenario(f"`touch {tmp_path}/ran`{{{{exec}}}}"))
    assert run.returncode == 2
    assert "has not been approved to run on this machine, and no container can take it" in run.stderr
    assert "pass --host" in run.stderr
    assert not tmp_path.joinpath("ran").exists()


@pytest.mark.usefixtures("no_engine")
def test_host_says_what_will_be_run(make_scenario: MakeScenario) -> None:
    run = handrail_test(make_scenario({"text": "`true`{{exec}}", "foreground": "true"}), "--host")
    assert run.returncode == 0, run.stderr
    assert "runs on this machine" in run.stderr
    assert "step1-foreground.sh" in run.stderr


@pytest.mark.usefixtures("no_engine")
def test_it_asks_once_and_again_after_a_change(make_scenario: MakeScenario, tmp_path: Path) -> None:
    root = make_scenario({"text": "`true`{{exec}}", "foreground": "true"})

    def ask(answer: bytes) -> tuple[int, str]:
        """Run at a terminal that types `answer`; the exit status and what was said."""
        near, far = pty.openpty()
        os.write(near, answer)
        process = subprocess.Popen(
            [sys.executable, "-m", "handrail", "test", str(root)], stdin=far, stderr=far, stdout=subprocess.DEVNULL
        )
        os.close(far)
        said = b""
        while True:
            try:
                piece = os.read(near, 4096)
            except OSError:
                break
            if not piece:
                break
            said += piece
        os.close(near)
        return process.wait(PATIENCE), said.decode()

    status, said = ask(b"n\n")
    assert (status, "from now on?" in said) == (2, True)
    status, said = ask(b"y\n")
    assert (status, "from now on?" in said) == (0, True)
    status, said = ask(b"")
    assert (status, "from now on?" in said) == (0, False)
    root.joinpath("step1-foreground.sh").write_text("true changed\n")
    status, said = ask(b"n\n")
    assert (status, "from now on?" in said) == (2, True)


@pytest.mark.usefixtures("no_engine")
def test_the_answer_is_for_one_folder(make_scenario: MakeScenario, tmp_path: Path) -> None:
    scenario = load(make_scenario("text"))
    trust._remember(scenario, trust.fingerprint(scenario))
    workspace = Workspace.open(tmp_path / "w")
    args = argparse.Namespace(host=False, image=None)
    assert isinstance(trust.choose(scenario, workspace, args), Host)
    other = tmp_path / "other"
    scenario.root.rename(other)
    with pytest.raises(trust.NotApproved):
        trust.choose(load(other), workspace, args)
    workspace.close()


@pytest.mark.usefixtures("no_engine")
def test_image_is_an_answer_that_an_earlier_one_does_not_overrule(make_scenario: MakeScenario, tmp_path: Path) -> None:
    scenario = load(make_scenario("text"))
    trust._remember(scenario, trust.fingerprint(scenario))
    workspace = Workspace.open(tmp_path / "w")
    with pytest.raises(trust.NotApproved, match="cannot run in a container of somewhere/image:1: neither docker nor"):
        trust.choose(scenario, workspace, argparse.Namespace(host=False, image="somewhere/image:1"))
    workspace.close()


@pytest.mark.parametrize("command", ["test", "play"])
def test_image_and_host_are_two_answers(command: str, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "handrail", command, str(tmp_path), "--host", "--image", "somewhere/image:1"]
    run = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert run.returncode == 2
    assert "argument --image: not allowed with argument --host" in run.stderr


def test_an_image_to_offer_is_a_system_before_a_language() -> None:
    others = ["a/node:v1.34", "me/server:1", "debian:<none>"]
    here = [*others, "localhost/a/python:3.11", "localhost:5000/ubuntu:24.04"]
    assert by_likelihood(here) == ["localhost:5000/ubuntu:24.04", "localhost/a/python:3.11"]


def test_image_comes_from_the_users_table_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert image_for(None) == image_for("ubuntu-4GB") == "docker.io/library/ubuntu:24.04"
    with pytest.raises(NoImage, match=r"imageid kubernetes-kubeadm-1node .* name one in .*images\.json"):
        image_for("kubernetes-kubeadm-1node")
    tmp_path.joinpath("handrail").mkdir()
    own = tmp_path / "handrail" / "images.json"
    own.write_text(json.dumps({"ubuntu*": "mine", "kube*": "k8s"}))
    assert [image_for(name) for name in ("ubuntu", "kubernetes-x", "python3")] == [
        "mine", "k8s", "docker.io/library/python:3.12",
    ]  # fmt: skip
    own.write_text("{")
    with pytest.raises(NoImage, match="mend or remove it"):
        image_for("ubuntu")


def test_hosts_and_ports_that_a_scenario_speaks_of(make_scenario: MakeScenario) -> None:
    root = make_scenario(
        {"text": "`a`{{execute HOST2}} [x]({{TRAFFIC_HOST3_81}})", "foreground": "echo {{TRAFFIC_HOST1_80}}"},
        files={"assets/x": ""},
        details={"assets": {"client": [{"file": "x", "target": "~"}], "node01": [{"file": "x", "target": "~"}]}},
        environment={"dashboards": [{"name": "d", "port": 9090}]},
        backend={"imageid": "ubuntu", "port": 5000},
    )
    scenario = load(root)
    assert hosts(scenario) == ("host01", "host02", "host03", "node01")
    assert ports(scenario) == {("host01", 80), ("host01", 9090), ("host01", 5000), ("host03", 81)}
