"""Root file systems made of Debian packages, fetched by apt under the host's own settings."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from airgap import places, process, progress, versions
from airgap.archive import architecture
from airgap.cache import artefact, key_of
from airgap.errors import AirgapError

HOOKS = Path("/usr/share/mmdebstrap/hooks/merged-usr")
INSTALL = Path(__file__).with_name("apt-install.sh")
# Documentation is of no use in a container and makes up a fifth of it.
LEFT_OUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/info/*", "/usr/share/locale/*")
# What only served to make the file system, or came from this host.
REMOVE = 'cd "$1"/etc && rm -f apt/sources.list apt/apt.conf.d/99mmdebstrap resolv.conf hostname'
# Of the host's settings only the way to the packages; all else belongs to the file system that is being made.
_WAY = re.compile(r"^Acquire::(?:https?|ftp)::(?:Proxy|CaInfo|Verify)|^Acquire::(?:Proxy-Auto|Retries)")


def root(name: str, seconds: float) -> Path:
    """A tar archive of a file system with the packages that ``sources/<name>/packages`` lists."""
    folder = places.SOURCES / name
    packages = (folder / "packages").read_text().split()
    # What the folder adds in its own way to the file system, if anything.
    customise = [path for path in [folder / "customise"] if path.exists()]

    def make(aside: Path) -> None:
        # As text, because without root they run as a user of the namespace, who cannot read this one's files.
        hooks = [REMOVE, *(path.read_text() for path in customise)]
        with progress.phase(name, f"installing {len(packages)} Debian packages and what they need", seconds):
            _bootstrap(aside / "root.tar", "minbase", ["usr-is-merged", *packages], hooks)

    key = key_of(versions.DEBIAN, architecture(), *LEFT_OUT, REMOVE, *packages, *customise)
    return artefact(f"{name}-root", key, make) / "root.tar"


def iptables() -> Path:
    """A tar archive of iptables and the libraries it needs, unpacked but not configured."""

    def make(aside: Path) -> None:
        with progress.phase("node", "fetching iptables from Debian", 10.0):
            _bootstrap(aside / "root.tar", "extract", ["iptables"], [])

    return artefact("iptables", key_of(versions.DEBIAN, architecture(), *LEFT_OUT), make) / "root.tar"


def _bootstrap(target: Path, variant: str, packages: Sequence[str], hooks: Sequence[str]) -> None:
    _need_mmdebstrap()
    name = target.parent.name.split(".")[0]
    options = [
        f"--variant={variant}",
        f"--hook-dir={HOOKS}",
        "--dpkgopt=force-unsafe-io",
        '--aptopt=APT::Install-Recommends "false"',
        *(f"--aptopt={line}" for line in host_settings()),
        *(f"--dpkgopt=path-exclude={pattern}" for pattern in LEFT_OUT),
        *(f"--customize-hook={hook}" for hook in hooks),
        f"--include={','.join(packages)}",
    ]
    # Root needs no user namespaces, which many hosts and containers refuse. In a namespace the work is done by users
    # who cannot get into our folders; /tmp, the other place that all can use, is often in memory.
    mode, scratch = ("root", target.parent) if os.geteuid() == 0 else ("unshare", Path("/var/tmp"))
    try:
        process.run_long(
            ["nice", "-n", "10", "mmdebstrap", f"--mode={mode}", *options, versions.DEBIAN, target, *sources()],
            log=places.cache() / "logs" / f"{name}.log",
            env={"TMPDIR": str(scratch)},
        )
    except process.ChildFailed as error:
        raise AirgapError(
            f"the Debian packages for {name} could not be installed: {error}; "
            "check that apt-get update works on this host and run the same command again"
        ) from error


def _need_mmdebstrap() -> None:
    if shutil.which("mmdebstrap"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install(["mmdebstrap"])
        return
    raise AirgapError(
        "building images without a container registry takes Debian's packages, and mmdebstrap is not on this host: "
        "on Debian or Ubuntu type  sudo apt-get install mmdebstrap  and run the same command again; "
        "elsewhere use a bundle that was made on such a host (BUNDLE=file)"
    )


def install(packages: Sequence[str]) -> None:
    """Install Debian packages on this host; needs root."""
    log = places.cache() / "logs" / f"apt-{packages[0]}.log"
    with progress.phase("apt", f"installing {', '.join(packages)} on this host", 30.0) as phase:

        def tell(line: str) -> None:
            if line.startswith("Waiting for"):
                phase.detail = line
                progress.say(f"apt: {line}")

        try:
            process.run_long(["sh", INSTALL, *packages], log=log, on_line=tell)
        except process.ChildFailed as error:
            raise AirgapError(
                f"{packages[0]} could not be installed: {error}; run  apt-get install {' '.join(packages)}  to see why"
            ) from error


def host_settings() -> list[str]:
    """The lines of apt's configuration that say how packages are reached: proxy, CA, retries."""
    if not shutil.which("apt-config"):
        return []
    return [line for line in process.run(["apt-config", "dump"]).splitlines() if _WAY.match(line)]


def sources() -> list[str]:
    """The host's own places for the packages of this Debian release; none leaves the choice to mmdebstrap."""
    if not shutil.which("apt-get"):
        return []
    fields = "deb $(REPO_URI) $(RELEASE) $(COMPONENT)"
    listed = process.run(["apt-get", "indextargets", "--format", f"$(ORIGIN)|{fields}", "Created-By: Packages"])
    ours = [
        line.removeprefix("Debian|")
        for line in listed.splitlines()
        if line.startswith("Debian|") and line.split()[2].split("-")[0] == versions.DEBIAN
    ]
    return sorted(set(ours))
