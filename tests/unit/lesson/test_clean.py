"""`make clean` on workspaces as runs leave them; kind and the engine are programs that note how they were called."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ...waiting import PATIENCE

REPO = Path(__file__).parents[3]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user's home folder, with a blank in its name as any folder may have."""
    folder = tmp_path / "the user"
    folder.mkdir()
    return folder


def workspace(home: Path, name: str, *, prepared: bool = True) -> Path:
    """A workspace of a lesson that was played, with what its preparation put there."""
    return prepare(home / ".local" / "state" / "handrail" / name, prepared=prepared)


def prepare(folder: Path, *, prepared: bool = True) -> Path:
    lesson = folder / "home" / "seldon-iris"
    (lesson / ".state").mkdir(parents=True)
    (lesson / "bin").mkdir()
    (folder / "lock").touch()
    if prepared:
        (lesson / ".state" / "prepared.env").write_text("export ENGINE=engine\n")
        for program in ("kind", "engine"):
            path = lesson / "bin" / program
            path.write_text(f'#!/bin/sh\necho "{program} $@" >> "$HANDRAIL_HOST_HOME/calls"\n')
            path.chmod(0o755)
    return folder


def engine(home: Path) -> Path:
    """A folder with both container engines; Podman knows of the nodes named in ~/running and ~/stopped."""
    folder = home / "engines"
    folder.mkdir(exist_ok=True)
    (folder / "docker").write_text("#!/bin/sh\n")
    (folder / "podman").write_text(
        """#!/bin/sh
case "$1 $2" in
    "ps --all") cat ~/running ~/stopped 2>/dev/null ;;
    "ps "*) cat ~/running 2>/dev/null ;;
    *) echo "podman $@" >>~/calls ;;
esac
"""
    )
    for program in folder.iterdir():
        program.chmod(0o755)
    return folder


def clean(home: Path, repo: Path = REPO, *clusters: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(repo / "hack" / "clean.py"), *(clusters or ["seldon-iris"])]
    env = {"PATH": f"{engine(home)}:{os.environ['PATH']}", "HOME": str(home)}
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_all_workspaces_go_and_their_one_cluster_is_deleted_once(home: Path) -> None:
    folders = [workspace(home, f"lesson-{number}", prepared=number > 1) for number in (1, 2, 3)]
    result = clean(home)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "Cleaning up the cluster seldon-iris and what belongs to it",
        "Deleting the cluster seldon-iris and this lesson's images (about ten seconds)",
        *(f"Removed the workspace {folder}" for folder in folders),
    ]
    assert [folder for folder in folders if folder.exists()] == []
    assert (home / "calls").read_text().count("kind delete cluster --name seldon-iris\n") == 1


def test_a_second_time_there_is_nothing_to_say(home: Path) -> None:
    workspace(home, "lesson")
    clean(home)
    result = clean(home)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_workspaces_of_other_scenarios_stay(home: Path) -> None:
    other = home / ".local" / "state" / "handrail" / "garden-1234"
    (other / "home").mkdir(parents=True)
    before = sorted(other.rglob("*"))
    assert clean(home).returncode == 0
    assert sorted(other.rglob("*")) == before


def test_lesson_that_is_open_is_left_alone_and_named(home: Path) -> None:
    closed, opened = workspace(home, "a"), workspace(home, "b")
    with (opened / "lock").open("w") as lock:
        lock.write("process 4711")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = clean(home)
    assert result.returncode == 1
    said = f"The cluster seldon-iris was left alone. The workspace {opened} is in use by process 4711"
    assert result.stderr.startswith(said)
    assert closed.exists()
    assert opened.exists()
    assert not (home / "calls").exists()


def test_workspace_stays_when_its_cluster_could_not_be_deleted(home: Path) -> None:
    folder = workspace(home, "lesson")
    (folder / "home" / "seldon-iris" / "bin" / "kind").write_text("#!/bin/sh\necho no engine >&2\nexit 1\n")
    result = clean(home)
    assert result.returncode == 1
    assert "no engine" in result.stderr
    assert folder.exists()


def test_node_without_a_workspace_goes_when_it_does_not_run(home: Path) -> None:
    (home / "stopped").write_text("seldon-iris-control-plane\n")
    result = clean(home)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "Removed seldon-iris-control-plane, which a run left that was killed\n"
    assert (home / "calls").read_text() == "podman rm --force --volumes seldon-iris-control-plane\n"


def test_node_without_a_workspace_is_named_and_stays_while_it_runs(home: Path) -> None:
    (home / "running").write_text("seldon-iris-control-plane\n")
    result = clean(home)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "The cluster seldon-iris runs, and no workspace that is known here belongs to it. "
        "If nobody needs it:  podman rm --force --volumes seldon-iris-control-plane\n"
    )
    assert not (home / "calls").exists()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A checkout of its own, in which tests on real clusters may have been killed."""
    folder = tmp_path / "checkout"
    (folder / "hack").mkdir(parents=True)
    shutil.copy(REPO / "hack" / "clean.py", folder / "hack")
    for name in ("scripts", "airgap", "standin", "versions.env"):
        (folder / name).symlink_to(REPO / name)
    return folder


# Each run that makes a cluster of its own, and its workspace below .e2e.
RUNS = {
    "seldon-iris-e2e": "workspace",
    "seldon-iris-browser": "browser-workspace/lesson",
    "seldon-iris-faults": "faults/main",
    "seldon-iris-more": "more/canary",
    "seldon-iris-mutants": "mutants/more-canary",
}


@pytest.mark.parametrize("cluster", RUNS)
def test_what_a_killed_run_of_the_project_s_own_tests_left_goes(home: Path, repo: Path, cluster: str) -> None:
    folder = prepare(repo / ".e2e" / RUNS[cluster])
    result = clean(home, repo, *RUNS, "seldon-iris")
    assert (result.returncode, result.stderr) == (0, "")
    assert not folder.exists()
    assert (home / "calls").read_text().startswith(f"kind delete cluster --name {cluster}\n")


def test_every_cluster_that_a_run_makes_is_known_here() -> None:
    runs = [*(REPO / "hack").glob("*.sh"), *(REPO / "tests" / "e2e").glob("*.py")]
    named = {name for run in runs for name in re.findall(r"\bseldon-iris-(?:[a-z0-9]+)\b", run.read_text("utf-8"))}
    assert named == set(RUNS)


# Two images of a lesson in the engine and in the node, and others.
IMAGES = (
    "localhost/seldon-iris/flowers:0.1 localhost/seldon-iris/flowers:0.2 localhost/seldon-core-standin:1 docker.io/a:1"
)


def end_of_a_further_lesson(home: Path, **settings: str) -> list[str]:
    """What the scripts called, in a workspace whose cluster answers. Engine and node have IMAGES, the engine one that
    an earlier run has built."""
    folder = workspace(home, "canary")
    programs = folder / "home" / "seldon-iris" / "bin"
    note = '#!/bin/sh\necho "$(basename "$0") $@" >> "$HANDRAIL_HOST_HOME/calls"\n'
    kept = "localhost/seldon-iris/built/flowers:0.1"
    lists = f"case $* in images*) printf '%s\\n' {kept} {IMAGES} ;; *' images ls '*) printf '%s\\n' {IMAGES} ;; esac\n"
    (programs / "kubectl").write_text(note)
    (programs / "engine").write_text(note + lists)
    (programs / "kubectl").chmod(0o755)
    env = {"PATH": os.environ["PATH"], "HOME": str(folder / "home"), "HANDRAIL_HOST_HOME": str(home)}
    env |= {"SCENARIO_DIR": str(REPO / "more" / "canary"), **settings}
    script = REPO / "more" / "canary" / "scripts" / "clean.sh"
    subprocess.run(["bash", str(script)], env=env, check=True, capture_output=True, timeout=PATIENCE)
    return (home / "calls").read_text().splitlines()


def test_a_further_lesson_leaves_the_cluster_and_its_images_for_the_next(home: Path) -> None:
    calls = end_of_a_further_lesson(home)
    assert calls[-1] == "kubectl delete namespace canary --ignore-not-found --wait=false"
    assert not any(call.startswith(("kind", "engine")) for call in calls)


def test_a_fresh_run_finds_neither_the_namespace_nor_an_image_of_the_last(home: Path) -> None:
    calls = end_of_a_further_lesson(home, LESSON_FRESH="1")
    assert "kubectl wait --for=delete namespace/canary --timeout=180s" in calls
    # Under another name, so that a build that is left out is missed, and one that is not finds its layers.
    assert [call for call in calls if " tag " in call or " rmi " in call] == [
        "engine tag localhost/seldon-iris/flowers:0.1 localhost/seldon-iris/built/flowers:0.1",
        "engine rmi localhost/seldon-iris/flowers:0.1",
        "engine tag localhost/seldon-iris/flowers:0.2 localhost/seldon-iris/built/flowers:0.2",
        "engine rmi localhost/seldon-iris/flowers:0.2",
    ]
    in_node = "engine exec seldon-iris-control-plane ctr --namespace k8s.io images rm"
    assert [call for call in calls if " images rm " in call] == [
        f"{in_node} localhost/seldon-iris/flowers:{tag} localhost/flowers:{tag}" for tag in ("0.1", "0.2")
    ]
    assert not any(call.startswith("kind") for call in calls)
