"""Runs the processes of a plan: real wrappers, forked from one loaded interpreter, and real orchestrators."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from .case import inner_cases, read
from .interpreters import CACHE, LOADED, Zygote, environment, lesson_python, python_with
from .plan import WRAPPER, Component, Orchestrator, Plan, plan

Json = dict[str, Any]

MODELS = Path(__file__).parent / "v2"
START_SECONDS = 120.0
# The wrappers tell what reached them; see tally.py.
TELLS_REQUESTS = {"GUNICORN_ACCESS_LOG": "true"}
# The recorded model was trained with this kernel of OpenBLAS; others stop at other digits.
TRAINED_WITH = {"OPENBLAS_CORETYPE": "Haswell"}


class StartFailed(Exception):
    """A process did not come up; str() has the end of its log."""


def orchestrate(orchestrator: Orchestrator, annotations: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start an orchestrator; its annotations, as a pod has them in a file, are written to `annotations`."""
    annotations.write_text("".join(f'{key}="{value}"\n' for key, value in orchestrator.annotations.items()))
    words = [sys.executable, "-m", "seldon_standin.orchestrator", *orchestrator.args, "--shutdown_delay", "0s"]
    with log.open("wb") as output:
        return subprocess.Popen(
            [*_dies_with_us(), *words],
            env=environment(orchestrator.env | {"PODINFO_ANNOTATIONS": str(annotations)}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


class Workshop:
    """What all cases of a run share: the components' folder, the trained model, the zygotes."""

    def __init__(self, vectors: Path) -> None:
        self._python = lesson_python()
        self._vectors = vectors
        self._scratch = Path(tempfile.mkdtemp(prefix="conformance-"))
        self.folder = self._scratch / "app"
        source = vectors / "components"
        if not source.is_dir():
            source = Path(__file__).parent / "vectors/components"
        shutil.copytree(source, self.folder)
        self._train()
        self._zygotes = {"wrapper": Zygote(self._python, LOADED["wrapper"], TRAINED_WITH)}
        self._started = 0

    def _train(self) -> None:
        """Train the model that the image holds, once for each version of the training script."""
        script = self.folder / "train.py"
        if not script.exists():
            return
        text = script.read_text().replace("/app/", f"{self.folder}/")
        key = hashlib.sha256(f"{script.read_text()}{self._python}{TRAINED_WITH}".encode()).hexdigest()[:16]
        kept = CACHE / f"{key}.joblib"
        if not kept.exists():
            subprocess.run(
                [str(self._python), "-c", text], check=True, env=environment(TRAINED_WITH), stdin=subprocess.DEVNULL
            )
            CACHE.mkdir(parents=True, exist_ok=True)
            aside = CACHE / f"{key}.{os.getpid()}"
            shutil.copy(self.folder / "model.joblib", aside)
            aside.rename(kept)
        shutil.copy(kept, self.folder / "model.joblib")

    def fork(self, component: Component) -> tuple[int, Path]:
        """Start a component; its process (leader of its session) and its log."""
        self._started += 1
        log = self._scratch / f"{self._started}-{component.name}.log"
        order = {
            "id": self._started,
            "argv": component.argv,
            "env": environment(component.env | TRAINED_WITH | TELLS_REQUESTS),
            "cwd": str(self.folder),
            "log": str(log),
        }
        return self._zygote(component.runs_in).fork(order), log

    def _zygote(self, kind: str) -> Zygote:
        """That of the wrapper, or the one of MLServer, which few recordings need."""
        if kind not in self._zygotes:
            python = python_with("mlserver")
            shutil.copy(MODELS / "spy.py", self.folder)
            lay_out = [str(python), str(MODELS / "lay_out.py"), str(self.folder / "mnt")]
            subprocess.run(lay_out, check=True, env=environment(TRAINED_WITH), stdin=subprocess.DEVNULL)
            self._zygotes[kind] = Zygote(python, LOADED[kind], TRAINED_WITH)
        return self._zygotes[kind]

    def orchestrate(self, orchestrator: Orchestrator) -> tuple[subprocess.Popen[bytes], Path]:
        self._started += 1
        log = self._scratch / f"{self._started}-orchestrator.log"
        return orchestrate(orchestrator, self._scratch / f"{self._started}-annotations", log), log

    def lesson(self, arguments: list[str], text: str, timeout: float) -> subprocess.CompletedProcess[str]:
        """Run the lesson's Python to its end in the components' folder. Raises subprocess.TimeoutExpired."""
        return subprocess.run(
            [str(self._python), "-W", "ignore", *arguments],
            input=text,
            capture_output=True,
            text=True,
            timeout=timeout,
            cwd=self.folder,
            env=environment({}),
            check=False,
        )

    def manifest(self, *, case: str = "", service: str = "", sdep: str = "") -> Json | None:
        """A manifest of another recording: that of a file with the service in it, or that of a SeldonDeployment."""
        for path in sorted(self._vectors.glob("*.json")):
            if case and path.stem != case:
                continue
            recording = read(path)
            for one in (recording, *inner_cases(recording)):
                name = one.manifest["metadata"]["name"] if one.manifest else ""
                if one.manifest and (service.startswith(f"{name}-") if case else name == sdep):
                    return dict(one.manifest)
        return None

    def close(self) -> None:
        for zygote in self._zygotes.values():
            zygote.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def __enter__(self) -> Workshop:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Running:
    """The processes of one SeldonDeployment. Close it, whatever happens."""

    def __init__(self, workshop: Workshop, manifest: Json, sinks: dict[str, str]) -> None:
        self.plan: Plan = plan(manifest, workshop.folder, sinks)
        self.logs: dict[str, Path] = {}
        self._groups: list[int] = []
        self._orchestrators: list[subprocess.Popen[bytes]] = []
        try:
            waiting = []
            for component in self.plan.components:
                pid, log = workshop.fork(component)
                self._groups.append(pid)
                self.logs[component.name] = log
                waiting += [(port, component.name, log) for port in component.waits_for]
            for orchestrator in self.plan.orchestrators:
                process, log = workshop.orchestrate(orchestrator)
                self._orchestrators.append(process)
                waiting += [(port, "orchestrator", log) for port in orchestrator.ports.values()]
            for port, name, log in waiting:
                _await_port(port, name, log)
        except BaseException:
            self.close()
            raise

    def port(self, target: Json) -> int | None:
        """Where a recorded target (service and port, or a pod and a port) listens here."""
        if "service" in target:
            return self.plan.services.get((target["service"], target["port"]))
        return self.plan.pod_ports.get(target["port"])

    def wrapper_logs(self) -> dict[str, Path]:
        """The logs of the components that tell each request that they got."""
        return {one.name: self.logs[one.name] for one in self.plan.components if one.argv[0] == WRAPPER}

    def as_recorded(self, text: str) -> str:
        """Ports of this machine in a text, written as the original would."""
        for here, original in self.plan.originals.items():
            host, _, number = original.rpartition(":")
            text = text.replace(f"localhost:{here}", original).replace(f"[::1]:{here}", f"[::1]:{number}")
            text = text.replace(f"http://:{here}/", f"http://:{number}/")
            text = text.replace(f"127.0.0.1:{here}", f"[::1]:{number}") if host == "localhost" else text
        return text

    def close(self) -> None:
        for orchestrator in self._orchestrators:
            orchestrator.terminate()
        for group in self._groups:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)
        for orchestrator in self._orchestrators:
            try:
                orchestrator.wait(10)
            except subprocess.TimeoutExpired:
                orchestrator.kill()
                orchestrator.wait()


def _dies_with_us() -> list[str]:
    """Words before a command that end it when this process is killed; none where the host has no setpriv."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL"] if setpriv else []


def _await_port(port: int, name: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if time.monotonic() > deadline:
            tail = log.read_text(errors="replace")[-800:] if log.exists() else ""
            raise StartFailed(f"{name} did not open port {port}: {tail}")
        time.sleep(0.02)
