"""The container engine: the first of Docker and Podman that really starts a privileged container.

An engine may be installed, and answer, and still not start what kind needs, so each is tried with a container of one
instruction. Podman is tried as the host has it set up and then, where that fails, with a configuration of our own for
kernels and sandboxes with less to give; it is named by an environment variable, so the host's own files stay untouched.
"""

from __future__ import annotations

import json
import os
import resource
import shlex
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from airgap import debian, places, probe, process, progress, resources
from airgap.errors import AirgapError

# Everything that we put into an engine's store carries this label; so does what `airgap build` builds for others.
LABEL = "airgap.key"
OWN = "localhost/airgap"
PROBE = f"{OWN}/probe:1"
PROBE_BUILD = f'FROM {PROBE}\nLABEL {LABEL}=1\nRUN --mount=type=tmpfs,target=/tmp ["/probe"]\n'
# The builder of old Docker versions knows no mounts; where BuildKit is the default, or with Podman, it changes nothing.
BUILDKIT = {"DOCKER_BUILDKIT": "1"}
PACKAGES = ("podman", "runc", "crun", "containernetworking-plugins", "conntrack", "iptables", "iproute2")
# Open files and processes of a container: ample for one node, and below what hosts without CAP_SYS_RESOURCE allow.
ULIMIT = 20000


@dataclass(frozen=True)
class Engine:
    """An engine that works, and the environment variables with which it does."""

    name: str
    variables: Mapping[str, str] = field(default_factory=dict)

    def run(self, *arguments: str | Path, stdin: IO[bytes] | None = None) -> str:
        return process.run([self.name, *arguments], env=self.variables, stdin=stdin)

    def image_id(self, image: str) -> str | None:
        """The identity of an image in the store, a digest without its prefix, or None when it is not there."""
        try:
            return self.run("image", "inspect", "--format", "{{.Id}}", image).removeprefix("sha256:")
        except process.ChildFailed:
            return None

    def label(self, image: str) -> str | None:
        """The key of the inputs from which an image was built, or None."""
        try:
            return self.run("image", "inspect", "--format", f'{{{{index .Config.Labels "{LABEL}"}}}}', image) or None
        except process.ChildFailed:
            return None

    def build(self, context: Path, image: str, key: str, *options: str | Path, log: str) -> None:
        """Build an image from the Containerfile (or what ``--file`` in the options says) of a folder."""
        template = "{{.Store.GraphRoot}}" if self.name == "podman" else "{{.DockerRootDir}}"
        store = Path(self.run("info", "--format", template))
        remedy = f"for example by  {self.name} image prune"
        resources.need_disk(store, resources.ENGINE_DISK, f"building {image}", remedy)
        env = {**self.variables, **BUILDKIT}
        words = ["build", "--tag", image, "--label", f"{LABEL}={key}", *options, context]
        path = places.cache() / "logs" / f"{log}.log"
        process.run_long(["nice", "-n", "10", self.name, *words], env=env, log=path)

    def import_root(self, root: IO[bytes], image: str, *changes: str) -> None:
        """Make an image of one layer from the tar archive of a file system."""
        options = [word for change in (f"LABEL {LABEL}=1", *changes) for word in ("--change", change)]
        self.run("import", *options, "-", image, stdin=root)

    def exports(self) -> str:
        """Shell assignments for whoever calls the engine, or kind, after us."""
        values = {"ENGINE": self.name, **self.variables}
        if self.name == "podman":
            values["KIND_EXPERIMENTAL_PROVIDER"] = "podman"
        return " ".join(f"{name}={shlex.quote(value)}" for name, value in values.items())


def choose() -> Engine:
    """Find the engine, installing Podman where that is possible and nothing else works."""
    known = _remembered()
    if known:
        return known
    refusals: list[str] = []
    for attempt in (_docker, _podman):
        try:
            found = attempt()
        except AirgapError as error:
            refusals.append(str(error))
            continue
        return _remember(found)
    if shutil.which("podman") or not _may_install():
        raise AirgapError(
            f"no container engine here can start a privileged container ({'; '.join(refusals)}): "
            "start Docker, or install Podman as root (Debian: apt-get install podman), and run the same command again"
        )
    debian.install(PACKAGES)
    return _remember(_podman())


def answering() -> list[Engine]:
    """The engines of this host that answer, whether or not they could start a cluster; nothing is installed."""
    configuration = _configuration_path()
    variables = {"CONTAINERS_CONF": str(configuration)} if configuration.exists() else {}
    found = []
    for engine in (Engine("docker"), Engine("podman", variables)):
        try:
            _need(engine.name)
            engine.run("images", "--quiet")
            found.append(engine)
        except AirgapError:
            continue
    return found


def _docker() -> Engine:
    engine = Engine("docker")
    _need("docker")
    try:
        process.run(["docker", "version", "--format", "{{.Server.Version}}"], timeout=10)
    except process.ChildFailed as error:
        raise AirgapError(f"docker: its service does not answer ({_short(error)})") from error
    _probe(engine)
    _probe_build()
    return engine


def _podman() -> Engine:
    _need("podman")
    if os.geteuid() != 0 and not Path("/sys/fs/cgroup/cgroup.controllers").exists():
        raise AirgapError("podman: without root it needs cgroup version 2, which this host does not have")
    # kind mounts this folder of the host; kernels without modules do not have it.
    if os.geteuid() == 0:
        Path("/lib/modules").mkdir(parents=True, exist_ok=True)
    if os.environ.get("CONTAINERS_CONF") != str(_configuration_path()):
        plain = Engine("podman")
        try:
            _probe(plain)
            return plain
        except AirgapError as error:
            progress.say(f"engine: {_short(error)}; trying Podman with a configuration for hosts that allow less")
    modest = Engine("podman", {"CONTAINERS_CONF": str(_configuration())})
    _probe(modest)
    return modest


def _need(name: str) -> None:
    if not shutil.which(name):
        raise AirgapError(f"{name}: not installed")


def _probe(engine: Engine) -> None:
    try:
        if engine.image_id(PROBE) is None:
            with tempfile.TemporaryFile() as root:
                root.write(probe.root())
                root.seek(0)
                engine.import_root(root, PROBE)
        engine.run("run", "--rm", "--privileged", PROBE, "/probe")
    except process.ChildFailed as error:
        raise AirgapError(f"{engine.name}: it starts no privileged container ({_short(error)})") from error


def _probe_build() -> None:
    """Docker's client has BuildKit in a component of its own, which distributions may leave out."""
    with tempfile.TemporaryFile() as recipe:
        recipe.write(PROBE_BUILD.encode())
        recipe.seek(0)
        try:
            process.run(["docker", "build", "--tag", f"{PROBE}-built", "-"], env=BUILDKIT, stdin=recipe)
        except process.ChildFailed as error:
            raise AirgapError(
                f"docker: it builds no images with BuildKit ({_short(error)}): install its buildx component "
                "(Debian and Ubuntu: apt-get install docker-buildx)"
            ) from error


def _configuration_path() -> Path:
    return places.cache() / "containers.conf"


def _configuration() -> Path:
    """A containers.conf for hybrid cgroups and for a root without CAP_SYS_RESOURCE."""
    limits = []
    for name, number in (("nofile", resource.RLIMIT_NOFILE), ("nproc", resource.RLIMIT_NPROC)):
        hard = resource.getrlimit(number)[1]
        value = ULIMIT if hard == resource.RLIM_INFINITY else min(ULIMIT, hard)
        limits.append(f'"{name}={value}:{value}"')
    path = _configuration_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    aside.write_text(
        f"[containers]\ndefault_ulimits = [{', '.join(limits)}]\npids_limit = 0\n\n"
        '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
    )
    aside.rename(path)
    return path


def _may_install() -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    if os.environ.get("CI") == "true" or not sys.stdin.isatty():
        return True
    sys.stderr.write("No container engine works here. Install Podman from your distribution's packages? [Y/n] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("", "y", "yes")


def _short(error: Exception) -> str:
    """The last line of what an engine said, which is where engines say why."""
    return str(error).rsplit(" | ", 1)[-1][:300]


def _note() -> Path:
    return places.cache() / "engine.json"


def _identity() -> list[object]:
    """What must be unchanged for a remembered choice to hold: the boot, and the programs by their times."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    # A caller that has taken over what we told it is no other host than before.
    own = str(_configuration_path())
    configured = os.environ.get("CONTAINERS_CONF", "")
    programs = [shutil.which(name) for name in ("docker", "podman")]
    return [
        boot.read_text().strip() if boot.exists() else "",
        os.geteuid(),
        "" if configured == own else configured,
        os.environ.get("DOCKER_HOST") or "",
        *([path, Path(path).stat().st_mtime] if path else [] for path in programs),
    ]


def _remember(engine: Engine) -> Engine:
    path = _note()
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    aside.write_text(json.dumps({"identity": _identity(), "engine": asdict(engine)}))
    aside.rename(path)
    progress.say(f"engine: {engine.name}, it started a privileged container")
    return engine


def _remembered() -> Engine | None:
    try:
        note = json.loads(_note().read_text())
    except (OSError, ValueError):
        return None
    if note["identity"] != _identity():
        return None
    engine = Engine(**note["engine"])
    configuration = engine.variables.get("CONTAINERS_CONF")
    if configuration and not Path(configuration).exists():
        return None
    try:
        engine.run("version", "--format", "{{.Client.Version}}" if engine.name == "podman" else "{{.Server.Version}}")
    except process.ChildFailed:
        return None
    return engine
