"""A workspace is one run's own, keeps what must last, and cleans up after a run that was killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from handrail.runtime import environment
from handrail.runtime.workspace import Workspace, WorkspaceBusy, WorkspaceError, default_path
from handrail.scenario.reader import load
from handrail.terminal import processes

from ....waiting import PATIENCE

MakeScenario = Callable[..., Path]


def test_assets_are_laid_out_in_home_alone(make_scenario: MakeScenario, tmp_path: Path) -> None:
    root = make_scenario(
        "text",
        files={"assets/run.sh": "echo hi\n", "assets/a/b.txt": "b\n"},
        details={
            "assets": {
                "host01": [
                    {"file": "run.sh", "target": "~/bin", "chmod": "+x"},
                    {"file": "a/*", "target": "/root/deep"},
                    {"file": "run.sh", "target": "/usr/local/bin"},
                ]
            }
        },
    )
    workspace = Workspace.open(tmp_path / "w")
    problems = workspace.lay_out(load(root))
    found = sorted(str(path.relative_to(workspace.home)) for path in workspace.home.rglob("*") if path.is_file())
    assert found == ["bin/run.sh", "deep/a/b.txt"]
    assert os.access(workspace.home / "bin/run.sh", os.X_OK)
    assert [problem.code for problem in problems] == ["asset-outside-home"]
    workspace.close()


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("~/x", "x"),
        ("/root/a/b", "a/b"),
        ("plain.txt", "plain.txt"),
        ("~", ""),
        ("/etc/passwd", None),
        ("~other/x", None),
        ("~/../../x", None),
        ("~/link/x", None),
    ],
)
def test_paths_of_the_lesson_stay_in_home(tmp_path: Path, path: str, inside: str | None) -> None:
    workspace = Workspace.open(tmp_path / "w")
    workspace.home.joinpath("link").symlink_to("/etc")
    expected = None if inside is None else (workspace.home / inside)
    assert workspace.in_home(path) == expected
    workspace.close()


def test_second_run_in_one_workspace_is_refused(tmp_path: Path) -> None:
    first = Workspace.open(tmp_path / "w")
    with pytest.raises(WorkspaceBusy, match=rf"in use by process {os.getpid()}: end that run first, or .*--workspace"):
        Workspace.open(tmp_path / "w")
    first.close()
    Workspace.open(tmp_path / "w").close()


def test_second_run_of_a_scenario_gets_the_next_workspace(
    make_scenario: MakeScenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    scenario = load(make_scenario("text"))
    first, second = Workspace.open_default(scenario), Workspace.open_default(scenario)
    assert first.path == default_path(scenario)
    assert first.path.is_relative_to(tmp_path / "state" / "handrail")
    assert second.path.name == first.path.name + "-2"
    first.close()
    second.close()


def test_workspace_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    tmp_path.joinpath("file").write_text("")
    with pytest.raises(WorkspaceError, match=r"cannot be written \(.+\): name another folder with --workspace"):
        Workspace.open(tmp_path / "file" / "w")


def test_progress_survives_and_damage_means_the_beginning(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "w")
    workspace.save_progress({"page": "step2"})
    assert workspace.load_progress() == {"page": "step2"}
    workspace.path.joinpath("progress.json").write_text('{"page": "st')
    assert workspace.load_progress() == {}
    assert not [path for path in workspace.path.iterdir() if path.name.startswith(".")]
    workspace.close()


def test_what_a_killed_run_left_running_is_ended_by_the_next(tmp_path: Path) -> None:
    """The shell and its background job die; a process of somebody else with a recycled number does not."""
    script = f"""
import asyncio, os, sys
from collections.abc import Callable
from pathlib import Path
from handrail.runtime.host import Host
from handrail.scenario.reader import load
from handrail.session.session import Session
from handrail.runtime.workspace import Workspace
async def main():
    root = Path({str(tmp_path)!r}, "s"); root.mkdir()
    root.joinpath("index.json").write_text('{{"title": "t", "details": {{}}}}')
    session = Session(load(root), Workspace.open(Path({str(tmp_path)!r}, "w")))
    await session.start()
    terminal = session.terminal("T1")
    # Its number is written after it ignores the hang-up, so that the kill below cannot come before that.
    await terminal.run("bash -c 'trap \\"\\" HUP; echo $$ >job; exec sleep 600' & until [ -s job ]; do :; done")
    print(terminal.pid, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""
    run = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    shell = int(run.stdout.readline())
    job = int(tmp_path.joinpath("w/home/job").read_text())
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    bystander = subprocess.Popen(["sleep", "600"], start_new_session=True)
    try:
        assert processes.start_time(job) is not None, "nothing was left running: the test shows nothing"
        path = tmp_path / "w" / "leaders.json"
        document = json.loads(path.read_text())
        document["leaders"].append({"pid": bystander.pid, "started": "1"})
        path.write_text(json.dumps(document))
        Workspace.open(tmp_path / "w").close()
        assert processes.start_time(shell) is None
        assert processes.start_time(job) is None
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_wipe_removes_read_only_folders(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "w")
    folder = workspace.home / "go" / "pkg"
    folder.mkdir(parents=True)
    folder.joinpath("file").write_text("")
    folder.chmod(0o555)
    folder.parent.chmod(0o555)
    workspace.wipe()
    assert list(workspace.home.iterdir()) == []
    workspace.close()


def test_lesson_environment_has_a_home_of_its_own_and_nothing_of_handrails(tmp_path: Path) -> None:
    outer = {
        "HOME": "/home/ada", "PATH": f"{sys.prefix}/bin:/usr/bin", "KUBECONFIG": "/home/ada/.kube/config",
        "VIRTUAL_ENV": sys.prefix, "PYTHONPATH": "x", "PROMPT_COMMAND": "x", "MAKEFLAGS": "-j", "PIP_INDEX_URL": "kept",
    }  # fmt: skip
    env = environment.lesson_environment(outer, workspace=tmp_path, scenario=tmp_path / "s", prefix=sys.prefix)
    assert env == {
        "HOME": str(tmp_path / "home"),
        "HANDRAIL_HOST_HOME": "/home/ada",
        "HANDRAIL_WORKSPACE": str(tmp_path),
        "LANG": "C.UTF-8",
        "PATH": f"{tmp_path}/bin:/usr/bin",
        "PIP_INDEX_URL": "kept",
        "SCENARIO_DIR": str(tmp_path / "s"),
        "TERM": "xterm-256color",
        "XDG_CACHE_HOME": "/home/ada/.cache",
    }


@pytest.mark.parametrize(
    ("command", "output"),
    [
        ("ssh host01 'echo on $HOME'", "on {home}"),
        ("ssh -o StrictHostKeyChecking=no root@node01 echo two words", "two words"),
        ("launch.sh", "Ready."),
        ("sudo -u root -E printf %s x", "x"),
    ],
)
def test_commands_that_old_lessons_expect(tmp_path: Path, command: str, output: str) -> None:
    if command.startswith("sudo") and os.getuid() != 0:
        pytest.skip("sudo may ask for a password here")
    workspace = Workspace.open(tmp_path / "w")
    env = environment.lesson_environment(os.environ, workspace=workspace.path, scenario=tmp_path)
    answer = subprocess.run(["bash", "-c", command], env=env, capture_output=True, text=True, timeout=PATIENCE)
    assert answer.stdout.strip() == output.format(home=workspace.home), answer.stderr
    workspace.close()
