"""The Pythons that components run in: the lesson's, with seldon-core, some with MLServer and one with TensorFlow.

python -m tests.conformance.interpreters mlserver …    makes those that are named, so that no test has to wait for them:
a test has a limit of time, and what a package registry needs for gigabytes has none.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from airgap import progress

ROOT = Path(__file__).parents[2]
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "handrail-conformance"
# What a whole list of packages names, and how large that is. The MLServer of the recordings is the one in the image of
# more/frameworks; two more have another of its runtimes each, as `make servers` starts them.
PACKAGES = {
    "mlserver": (ROOT / "more/frameworks/assets/server/requirements.txt", "550 MB"),
    "mlflow": (ROOT / "tests/servers/mlflow.txt", "950 MB"),
    "huggingface": (ROOT / "tests/servers/huggingface.txt", "7 GB"),
    "tensorflow": (ROOT / "more/frameworks/assets/tf-server/requirements.txt", "1.2 GB"),
}
LOADED = {
    "wrapper": ("flask", "gunicorn.app.base", "numpy", "seldon_core.microservice", "sklearn.linear_model"),
    "mlserver": ("mlserver.cli.main", "mlserver.grpc", "mlserver.rest", "mlserver_sklearn", "sklearn.linear_model"),
}


def lesson_python() -> Path:
    """The interpreter with seldon-core 1.17.1; made on the first call of a machine."""
    answer = subprocess.run(
        ["bash", str(ROOT / "scripts/lesson-env.sh")],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return Path(answer.stdout.strip().splitlines()[-1])


def python_with(name: str) -> Path:
    """The interpreter with what PACKAGES lists under `name`; made on the first call of a machine."""
    packages, size = PACKAGES[name]
    key = hashlib.sha256(packages.read_bytes() + sys.version.encode()).hexdigest()[:16]
    folder = CACHE / f"{name}-{key}"
    python, whole = folder / "bin/python", folder / ".whole"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}-{key}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            with progress.phase("python", f"installing one with {name}, {size}"):
                subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
                # The lists are whole, and name some packages that stand for others, as smaller builds of the same.
                install = [str(python), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
                subprocess.run([*install, "--no-deps", "--requirement", str(packages)], check=True)
            whole.touch()
    return python


def environment(more: dict[str, str]) -> dict[str, str]:
    """A small environment of this machine with some variables more."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONUNBUFFERED": "1", **more}


class Zygote:
    """Forks components from an interpreter that has their libraries loaded. Close it, whatever happens."""

    def __init__(self, python: Path, modules: tuple[str, ...], env: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [str(python), "-W", "ignore", str(Path(__file__).parent / "zygote.py"), *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(env),
        )

    def fork(self, order: dict[str, object]) -> int:
        """Start a component as zygote.py reads it; its process, leader of its session."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(json.loads(self._process.stdout.readline())["pid"])

    def close(self) -> None:
        """End it and everything that was forked from it."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


if __name__ == "__main__":
    for wanted in sys.argv[1:]:
        python_with(wanted)
