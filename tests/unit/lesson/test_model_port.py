"""Programs that send requests take answers of the deployment they mean, and no others."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ...waiting import PATIENCE

SCRIPTS = Path(__file__).parents[3] / "scripts"
FLOWERS = {"spec": {"predictors": [{"componentSpecs": [
    {"spec": {"containers": [{"name": "stable", "image": "localhost/flowers:0.1"}]}}
]}]}}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A lesson's folder, and a kubectl that knows the SeldonDeployment flowers in the namespace canary alone."""
    (tmp_path / ".state").mkdir()
    (tmp_path / "bin").mkdir()
    (tmp_path / "flowers.json").write_text(json.dumps(FLOWERS))
    kubectl = tmp_path / "bin" / "kubectl"
    kubectl.write_text(
        '#!/bin/sh\n[ "$3 $5" = "flowers canary" ] && exec cat "$LESSON_DIR/flowers.json"\n'
        'echo "not found" >&2; exit 1\n'
    )
    kubectl.chmod(0o755)
    return tmp_path


def accept(home: Path, answer: object) -> "subprocess.CompletedProcess[str]":
    program = (
        "import json, sys; from model_port import ModelPort; "
        "print(ModelPort('flowers', 'canary').accept(json.loads(sys.argv[1])))"
    )
    path = f"{home}/bin:{os.environ['PATH']}"
    env = {"PATH": path, "PYTHONPATH": str(SCRIPTS), "LESSON_DIR": str(home), "LESSON_PORTS": str(home / "ports")}
    env["SELDON_URL"] = "http://127.0.0.1:8000"
    command = [sys.executable, "-c", program, json.dumps(answer)]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False)


def answer_of(image: str) -> dict[str, object]:
    return {"data": {"ndarray": [[0]]}, "meta": {"requestPath": {"stable": image}}}


def test_its_own_answer_is_taken_whatever_the_version(home: Path) -> None:
    result = accept(home, answer_of("localhost/flowers:0.2"))
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    "answer",
    [answer_of("localhost/iris-classifier:0.1"), {"data": {"ndarray": [[1.0]]}}, {"meta": {}}, ["hello"], "hello"],
    ids=["another model", "no meta", "no path", "a list", "text"],
)
def test_another_s_answer_is_refused_with_the_command_that_opens_the_port(home: Path, answer: object) -> None:
    result = accept(home, answer)
    assert result.returncode == 1
    assert "That is not an answer of flowers in the namespace canary" in result.stderr
    assert result.stderr.splitlines()[-1] == "To do:    scripts/port-forward.sh flowers-default canary"


def test_port_that_was_led_elsewhere_is_refused_before_anything_is_sent(home: Path) -> None:
    pid_file = home / ".state" / "port-forward-8000.pid"
    pid_file.write_text(f"{os.getpid()}\n")
    pid_file.with_name(f"{pid_file.name}.target").write_text("seldon/iris-model-default:8000\n")
    result = accept(home, answer_of("localhost/flowers:0.1"))
    assert result.returncode == 1
    assert "leads to seldon/iris-model-default, not to flowers in the namespace canary" in result.stderr


@contextmanager
def forward(home: Path) -> Iterator[int]:
    """The process of a scripts/port-forward.sh that has port 8000, as it is written down for all lessons."""
    script = home / "port-forward.sh"
    script.write_text("read -r line\n")
    (home / "ports").mkdir()
    with subprocess.Popen(["bash", str(script)], stdin=subprocess.PIPE) as process:
        (home / "ports" / "8000.pid").write_text(f"{process.pid}\n")
        (home / "ports" / "8000.target").write_text("the service iris-model-default in the namespace metrics\n")
        yield process.pid
        process.kill()


def test_port_that_another_open_lesson_has_is_refused_and_named(home: Path) -> None:
    (home / ".state" / "port-forward-8000.pid").write_text("4194305\n")  # one that has ended
    with forward(home):
        result = accept(home, answer_of("localhost/flowers:0.1"))
    assert result.returncode == 1
    assert "leads to the service iris-model-default in the namespace metrics, which another lesson" in result.stderr
    assert result.stderr.splitlines()[-1] == "To do:    scripts/port-forward.sh flowers-default canary"


def test_port_of_a_lesson_that_has_closed_it_is_anybody_s(home: Path) -> None:
    with forward(home):
        pass
    assert accept(home, answer_of("localhost/flowers:0.1")).returncode == 0


def test_port_that_this_lesson_has_is_its_own(home: Path) -> None:
    with forward(home) as pid:
        own = home / ".state" / "port-forward-8000.pid"
        own.write_text(f"{pid}\n")
        own.with_name(f"{own.name}.target").write_text("canary/flowers-default:8000\n")
        assert accept(home, answer_of("localhost/flowers:0.1")).returncode == 0


def test_deployment_that_is_not_there_is_said(home: Path) -> None:
    (home / "bin" / "kubectl").write_text("#!/bin/sh\necho 'Error: not found' >&2\nexit 1\n")
    result = accept(home, {})
    assert result.returncode == 1
    assert "not found" in result.stderr
    assert "Traceback" not in result.stderr
