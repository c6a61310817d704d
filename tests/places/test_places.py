"""Every script works wherever checkout, home and cache lie, and with the tools that all systems have.

The checkout, the home folder and the cache have names with a blank, an umlaut and quotes. PATH holds the tools of
POSIX alone, and these refuse options that only GNU's know. The container engine, the cluster's tools and Go are
stand-ins; all else is real: the scripts, airgap, the lesson's Python.
"""

import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(300)
REPO = Path(__file__).parents[2]
NAME = "Anna's \"Kürs\" 1"
LESSONS = [item["path"] for item in json.loads((REPO / "more/structure.json").read_text(encoding="utf-8"))["items"]]

COPIED = ["index.json", "versions.env", "assets", "scripts", "manifests", "more", "airgap", "standin", "tests/steps"]

# What macOS, the BSDs and Linux all have; flock, setsid, realpath, stat -c, sha256sum, timeout are not among it.
TOOLS = (
    "awk", "basename", "bash", "cat", "chmod", "clear", "cmp", "cp", "curl", "cut", "date", "dirname", "env",
    "find", "grep", "head", "id", "kill", "ln", "ls", "mkdir", "mktemp", "mv", "nice", "printenv", "ps", "rm",
    "sed", "seq", "sh", "sleep", "sort", "tail", "tee", "touch", "tr", "uname", "wc", "xargs",
)  # fmt: skip
# Options of one letter that mean something else, or nothing, outside of GNU's tools; `--long` ones are refused anyway.
GNU_ONLY = {"date": "-I*|-d", "sed": "-i", "grep": "-P*", "cp": "-t|-u", "mv": "-t|-u", "ls": "-v"}
# Their arguments are other programs', or their own that all systems share.
OPTIONS_OF_OTHERS = ("bash", "curl", "env", "nice", "sh", "xargs")
WRAPPER = """#!/bin/sh
for word; do case "$word" in --) break ;; --?*|{refused}) echo "{name}: illegal option $word" >&2; exit 64 ;; esac; done
exec "{real}" "$@"
"""
# Needs a configuration of airgap's, which lies in the cache, and has every image.
PODMAN = """#!/bin/sh
case "$1 $2" in
    "run --rm") [ -n "$CONTAINERS_CONF" ] || { echo "no container without CONTAINERS_CONF" >&2; exit 1; } ;;
    "image inspect") [ "$4" = "{{.Size}}" ] && echo 123456789 || echo sha256:feed ;;
    "info --format") echo / ;;
    "images --format") echo "localhost/$CLUSTER/iris-classifier:0.1" ;;
esac
"""
KIND = """#!/bin/sh
case "$1 $2" in "get clusters") echo "$CLUSTER" ;; version*) echo "kind v0.30.0" ;; esac
"""
HELM = "#!/bin/sh\necho v4.1.4\n"
KUBECTL = """#!/usr/bin/env python3
import http.server, json, sys
words = sys.argv[1:]
ANSWER = {
    "meta": {"image": "localhost/iris-classifier:0.2"},
    "data": {"groups": [{"rules": [{"name": "Slow", "state": "firing"}]}], "result": [{"value": [0, "7"]}]},
}
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(ANSWER).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_POST = do_GET
if words[0] == "port-forward":
    server = http.server.HTTPServer(("127.0.0.1", int(words[-1].split(":")[0])), Handler)
    print("Forwarding from 127.0.0.1", flush=True)
    server.serve_forever()
elif words[0] == "apply":
    sys.stdin.read()
    print("seldondeployment/iris-model configured")
elif words[-1] == "name":
    print("pod/iris")
elif words[0] == "exec":
    print("plain 10.0 ms, monitored 10.05 ms: +0.5 %")
elif words[:2] == ["get", "namespace"]:
    print('{"kind": "Namespace"}')
elif words[0] == "version":
    print('{"clientVersion": {"gitVersion": "v1.34.5"}}' if "json" in words else "Client Version: v1.34.5")
"""
# Builds a program that says its version, of whatever module.
GO = """#!/usr/bin/env python3
import json, os, sys
words = sys.argv[1:]
if words[0] == "version":
    print("go version go1.26.1 linux/amd64")
elif words[0] == "mod":
    module = os.path.join(os.environ["XDG_CACHE_HOME"], "module")
    os.makedirs(module, exist_ok=True)
    print(json.dumps({"Dir": module}))
elif words[0] == "list":
    print("rclone")
elif words[0] == "build":
    program = words[words.index("-o") + 1]
    with open(program, "w") as file:
        file.write("#!/bin/sh\\necho rclone v1.76.0\\n")
    os.chmod(program, 0o755)
"""


@dataclass
class World:
    """A user's machine with the lesson on it."""

    folder: Path
    port: int

    @property
    def checkout(self) -> Path:
        return self.folder / "checkout"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def lesson(self) -> Path:
        return self.home / "seldon-iris"

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    def bash(self, text: str, scenario: str = ".", **more: str) -> subprocess.CompletedProcess[str]:
        """Run shell text as the learner's terminal or handrail would; nothing in it may be missing or unknown."""
        env = {
            "PATH": str(self.folder / "bin"),
            "HOME": str(self.home),
            "SCENARIO_DIR": os.path.normpath(self.checkout / scenario),
            "XDG_CACHE_HOME": str(self.cache),
            "LESSON_SELDON": "standin",
            "LESSON_PORT": str(self.port),
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            **more,
        }
        command = [str(self.folder / "bin" / "bash"), "-c", text]
        result = subprocess.run(
            command, env=env, cwd=self.home, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )  # fmt: skip
        said = result.stdout + result.stderr
        for trouble in ("command not found", "No such file", "illegal option", "unary operator", "Traceback"):
            assert trouble not in said, said
        return result


def free_ports(number: int) -> int:
    """The first of so many ports in a row that nobody uses."""
    # Each process that runs tests begins elsewhere.
    for first in range(20000 + os.getpid() % 200 * 100, 60000, 20):
        try:
            for port in range(first, first + number):
                with socket.socket() as listener:
                    listener.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
    raise AssertionError("no free ports")


def lesson_python() -> str:
    """The interpreter that scripts/lesson-env.sh chooses on this host, so that what it made is found again."""
    fits = "sys.version_info[:2] in ((3, 11), (3, 12))"
    asked = f"import sys, venv, ensurepip; print(sys.executable); sys.exit(not {fits})"
    for name in filter(shutil.which, ("python3.11", "python3.12", "python3")):
        answer = subprocess.run([name, "-c", asked], capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            return answer.stdout.strip()
    pytest.skip("the lesson needs Python 3.11 or 3.12 with venv")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A machine on which the preparation has run to its end."""
    folder = tmp_path_factory.mktemp("places") / NAME
    world = World(folder, free_ports(12))
    (folder / "bin").mkdir(parents=True)
    world.home.mkdir()
    for name in TOOLS:
        real = shutil.which(name)
        if real is None:
            continue
        if name in OPTIONS_OF_OTHERS:
            (folder / "bin" / name).symlink_to(real)
        else:
            refused = GNU_ONLY.get(name, "--never")
            (folder / "bin" / name).write_text(WRAPPER.format(name=name, real=real, refused=refused))
    python = f'#!/bin/sh\nexec "{lesson_python()}" "$@"\n'
    stand_ins = {"podman": PODMAN, "kind": KIND, "helm": HELM, "kubectl": KUBECTL, "go": GO}
    for name, text in {"python3": python, **stand_ins}.items():
        (folder / "bin" / name).write_text(text)
    for path in (folder / "bin").iterdir():
        if not path.is_symlink():
            path.chmod(0o755)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *COPIED],
        cwd=REPO, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    for name in filter(None, listed):
        if (REPO / name).is_file():
            (world.checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPO / name, world.checkout / name, follow_symlinks=False)
    # The lesson's Python takes a minute to make: the host's own is used, and made if there is none.
    own = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "handrail-lesson"
    own.mkdir(parents=True, exist_ok=True)
    world.cache.mkdir()
    (world.cache / "handrail-lesson").symlink_to(own)
    # handrail lays out the assets before the first script.
    shutil.copytree(world.checkout / "assets", world.lesson)
    prepared = world.bash('. "$SCENARIO_DIR/scripts/start.sh"; bash "$SCENARIO_DIR/scripts/prepare.sh"')
    assert prepared.returncode == 0, prepared.stderr
    yield world
    world.bash('bash "$SCENARIO_DIR/scripts/clean.sh"')


def test_learner_s_shell_gets_what_was_prepared(world: World) -> None:
    names = "ENGINE CONTAINERS_CONF SELDON_CHART KUBECONFIG"
    said = world.bash(f". seldon-iris/scripts/env.sh; printenv {names}; python -c 'import sklearn; print(7)'").stdout
    assert said.splitlines() == [
        "podman",
        f"{world.cache}/handrail-airgap/containers.conf",
        f"{world.checkout}/standin/chart",
        f"{world.lesson}/.state/kubeconfig",
        "7",
    ]


def test_waiting_for_the_preparation_ends_at_once_when_it_is_done(world: World) -> None:
    result = world.bash(". seldon-iris/scripts/ready.sh && kind version")
    assert result.stdout.splitlines()[-2:] == ["Everything is ready.", "kind v0.30.0"]


def test_preparation_that_stopped_is_begun_again_in_a_session_of_its_own(world: World) -> None:
    (world.lesson / ".state" / "prepared.env").unlink()
    result = world.bash(". seldon-iris/scripts/ready.sh")
    assert result.stdout.splitlines()[-1] == "Everything is ready."
    assert (world.lesson / ".state" / "prepared.env").exists()


def test_a_second_preparation_says_that_one_runs(world: World) -> None:
    held = 'exec 8>>seldon-iris/.state/prepare.lock; python3 "$SCENARIO_DIR/scripts/flock.py" 8'
    result = world.bash(f'{held}; bash "$SCENARIO_DIR/scripts/prepare.sh"; exit $?')
    assert result.returncode == 1
    assert result.stderr.endswith("run  source scripts/ready.sh  to watch.\n")


OPEN = "scripts/port-forward.sh"
NO_NODE = "no node of a cluster named seldon-iris runs: see  kind get clusters  and create it first"
# What is typed in ~/seldon-iris, its status, its last words. The cluster holds nothing, so some say what is missing.
SCRIPTS = [
    ("scripts/have-cluster.sh", 0, "using it."),
    ("scripts/set-up.sh somewhere", 1, "To do:    kubectl get deployments -n seldon-system"),
    ("scripts/wait-for.sh deployment/collector -n somewhere", 1, "To do:    kubectl get deployments -n somewhere"),
    ("scripts/apply-when-ready.sh manifests/iris.yaml", 0, "configured"),
    ("scripts/build-image.sh iris-classifier:0.1 'my model'", 0, "123 MB"),
    ("scripts/load-image.sh iris-classifier:0.1", 1, NO_NODE),
    (f"{OPEN} && {OPEN}", 0, "leads to the service iris-model-default."),
    (f"{OPEN} && scripts/reopen-port.sh", 0, "now leads to the service iris-model-default."),
    (f"{OPEN} && scripts/wait-for-version.sh 0.2", 1, "scripts/wait-for-version.sh 0.2"),
    ("scripts/open-dashboard.sh somewhere && scripts/wait-for-alert.sh Slow firing", 0, "Slow is firing."),
    ("scripts/cost.sh somewhere plain monitored", 0, "+0.5 %"),
    ("rm -rf .state/original; scripts/go-back.sh", 1, "choose Start over in the menu."),
    ("echo '# none' > none.txt && scripts/in-own-python.sh none.txt -c 'print(6 * 7)'", 0, "42"),
    ("scripts/status.sh", 1, "The cluster seldon-iris does not run"),
    ("scripts/make-rclone.sh", 0, "seldon-iris/rclone"),
    ("scripts/clean-namespace.sh somewhere", 0, ""),
]


@pytest.mark.parametrize(("command", "status", "last"), SCRIPTS, ids=[command for command, *_ in SCRIPTS])
def test_script(world: World, command: str, status: int, last: str) -> None:
    (world.lesson / "my model").mkdir(exist_ok=True)
    (world.lesson / "my model" / "Dockerfile").write_text("FROM scratch\n")
    (world.lesson / "client" / "cost.py").write_text("")
    result = world.bash(f"cd seldon-iris && . scripts/env.sh && {command}")
    assert result.returncode == status, result.stderr
    assert (result.stderr if status else result.stdout).rstrip("\n").endswith(last)


def test_every_script_is_run_here() -> None:
    tried = {name for command, *_ in SCRIPTS for name in re.findall(r"scripts/(\S+\.sh)", command)}
    sourced = {"start.sh", "env.sh", "lib.sh", "shell.sh", "ready.sh"}
    prepare = {"prepare.sh", "seldon-chart.sh", "wait-prepared.sh", "lesson-env.sh", "clean.sh"}
    checks = {path.name for path in (REPO / "scripts").glob("verify-*.sh")} | {"check-step.sh"}
    assert {path.name for path in (REPO / "scripts").glob("*.sh")} == tried | sourced | prepare | checks


@pytest.mark.parametrize("scenario", [".", "more/canary"])
def test_check_runs_and_gives_its_reason(world: World, scenario: str) -> None:
    reason = world.folder / "reason"
    check = '"$SCENARIO_DIR/scripts/verify-step1.sh"'
    result = world.bash(check, scenario, VERIFICATION_FAILURE_REASON=str(reason))
    assert result.returncode == 1, result.stderr
    assert "To do:" in reason.read_text()


@pytest.mark.parametrize("lesson", LESSONS)
def test_further_lesson_is_laid_out_and_cleaned_up(world: World, lesson: str) -> None:
    # handrail lays out the assets before the first script.
    shutil.copytree(world.checkout / "more" / lesson / "assets", world.lesson, dirs_exist_ok=True)
    steps = '. "$SCENARIO_DIR/scripts/start.sh" && pwd && bash "$SCENARIO_DIR/scripts/clean.sh"'
    result = world.bash(steps, f"more/{lesson}")
    assert (result.returncode, result.stderr) == (0, "")
    assert str(world.lesson) in result.stdout.splitlines()
