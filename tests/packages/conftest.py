"""What others install: the wheel, built from the tracked files on a machine without Node, and tools of other people."""

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
TOOLS = ("uv", "pre-commit", "junitparser", "tap.py[yaml]", "asciinema")

Command = Callable[..., subprocess.CompletedProcess[str]]


def run(*words: str | Path, cwd: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, whatever its status is."""
    return subprocess.run(words, cwd=cwd, env=env, text=True, capture_output=True, check=False, timeout=600)


def must(*words: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    """What the command printed. Fails the test when the command does."""
    done = run(*words, cwd=cwd, env=env)
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a machine without Node: its PATH has all of the system's commands but those."""
    folder = tmp_path_factory.mktemp("commands")
    (folder / "python3").symlink_to(sys.executable)
    for command in (*Path("/usr/bin").iterdir(), *Path("/bin").iterdir()):
        if command.name not in ("node", "npm", "npx", "nodejs") and not os.path.lexists(folder / command.name):
            (folder / command.name).symlink_to(command)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("VIRTUAL_ENV", "PYTHON"))}
    return {**kept, "PATH": str(folder)}


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of the files as they are now, with nothing in it that a build has made."""
    folder = tmp_path_factory.mktemp("checkout") / "handrail"
    for name in must("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=REPO).split("\0"):
        if name and (REPO / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPO / name, folder / name, follow_symlinks=False)
    must("git", "init", "--quiet", cwd=folder)
    must("git", "add", "--all", cwd=folder)
    must("git", "-c", "user.name=test", "-c", "user.email=", "commit", "--quiet", "-m", "Begin", cwd=folder)
    return folder


@pytest.fixture(scope="session")
def wheel(checkout: Path, bare: dict[str, str]) -> Path:
    must(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", "dist", ".", cwd=checkout, env=bare)
    (made,) = (checkout / "dist").glob("handrail-*.whl")
    return made


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment with other people's tools."""
    folder = tmp_path_factory.mktemp("tools")
    venv.create(folder, with_pip=True)
    must(folder / "bin/python", "-m", "pip", "install", "--quiet", *TOOLS, cwd=folder)
    return folder / "bin"


@pytest.fixture
def scenarios(tmp_path: Path) -> Path:
    """A repository of two scenarios, of which the second has a command that fails."""
    folder = tmp_path / "scenarios"
    for name in ("good", "bad"):
        must(sys.executable, "-m", "handrail", "new", folder / name, cwd=tmp_path)
    step = folder / "bad/step1/text.md"
    step.write_text(step.read_text() + "\n```\nfalse\n```{{exec}}\n")
    must("git", "init", "--quiet", cwd=folder)
    must("git", "add", "--all", cwd=folder)
    return folder
