"""Release binaries from their publishers, each verified against the publisher's own checksum file.

The addresses can be put elsewhere (a mirror, a publisher on loopback in the tests) by environment variables. Whether a
publisher answers is found out once, in a few seconds at most, and remembered for ten minutes: hosts that drop packets
instead of refusing them would otherwise cost each command a long wait.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import tarfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from airgap import places, progress
from airgap.archive import architecture
from airgap.cache import key_of
from airgap.errors import AirgapError

PROBE_SECONDS = 3.0
REMEMBERED_SECONDS = 600.0
READ_SECONDS = 30.0
TRIES = 3


class Unreachable(AirgapError):
    """The publisher does not answer, or not to the end."""


@dataclass(frozen=True)
class Release:
    """A file that a publisher serves: ``variable`` names the environment variable that moves its address.

    ``member`` is the path of the program inside the file when that is a tar archive.
    """

    name: str
    variable: str
    address: str
    file: str
    checksum: str
    member: str | None = None

    @property
    def base(self) -> str:
        return os.environ.get(self.variable, self.address).rstrip("/")


def release(name: str, version: str) -> Release:
    """Where the publisher of kubectl, helm, kind or go keeps a version for this machine."""
    system, cpu = os.uname().sysname.lower(), architecture()
    if name == "kubectl":
        file = f"release/v{version}/bin/{system}/{cpu}/kubectl"
        return Release(name, "AIRGAP_KUBECTL_URL", "https://dl.k8s.io", file, f"{file}.sha256")
    if name == "helm":
        file = f"helm-v{version}-{system}-{cpu}.tar.gz"
        member = f"{system}-{cpu}/helm"
        return Release(name, "AIRGAP_HELM_URL", "https://get.helm.sh", file, f"{file}.sha256sum", member)
    if name == "kind":
        file = f"v{version}/kind-{system}-{cpu}"
        address = "https://github.com/kubernetes-sigs/kind/releases/download"
        return Release(name, "AIRGAP_KIND_URL", address, file, f"{file}.sha256sum")
    file = f"go{version}.{system}-{cpu}.tar.gz"
    return Release(name, "AIRGAP_GO_URL", "https://dl.google.com/go", file, f"{file}.sha256")


def registry_reachable() -> bool:
    """Whether container registries answer."""
    return answers(os.environ.get("AIRGAP_REGISTRY_URL", "https://registry-1.docker.io") + "/v2/")


def answers(address: str) -> bool:
    """Whether a server answers at the address, be it with a refusal such as "401, log in first"."""
    if os.environ.get("AIRGAP_OFFLINE") == "1":
        return False
    note = places.cache() / "reachable" / key_of(address)
    try:
        seen = json.loads(note.read_text())
        if 0 <= time.time() - seen["t"] < REMEMBERED_SECONDS:
            return bool(seen["answers"])
    except (OSError, ValueError, KeyError):
        pass
    found = _within(PROBE_SECONDS, lambda: _asked(address))
    _remember(note, address, found)
    return found


def _remember(note: Path, address: str, found: bool) -> None:
    note.parent.mkdir(parents=True, exist_ok=True)
    aside = note.with_name(f"{note.name}.{os.getpid()}")
    aside.write_text(json.dumps({"address": address, "answers": found, "t": time.time()}))
    aside.rename(note)


def _within(seconds: float, ask: Callable[[], bool]) -> bool:
    # In a thread, since looking a name up in a DNS that never answers knows no time limit.
    result: list[bool] = []
    asking = threading.Thread(target=lambda: result.append(ask()), daemon=True)
    asking.start()
    asking.join(seconds)
    return bool(result and result[0])


def _asked(address: str) -> bool:
    request = urllib.request.Request(address, method="HEAD")
    try:
        with urllib.request.urlopen(request, timeout=PROBE_SECONDS):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except (OSError, http.client.HTTPException):
        return False


def fetch(what: Release, target: Path) -> None:
    """Download, verify, and put the program (or, without a member, the whole file) at ``target``, executable.

    Raises Unreachable when the publisher cannot be had, AirgapError when what it sent is not what its checksum says.
    """
    if not answers(f"{what.base}/{what.checksum}"):
        raise Unreachable(f"{what.base} does not answer")
    wanted = _read(f"{what.base}/{what.checksum}").decode(errors="replace").split()
    if not wanted or len(wanted[0]) != 64:
        raise Unreachable(f"{what.base}/{what.checksum} holds no SHA-256 checksum")
    packed = target.with_name(target.name + ".download")
    _download(f"{what.base}/{what.file}", packed)
    with packed.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != wanted[0].lower():
        packed.unlink()
        raise AirgapError(
            f"{what.name}: the file from {what.base} is not the one its publisher signed for (SHA-256 {found[:12]}…, "
            f"expected {wanted[0][:12]}…), so it was thrown away; run the same command again, or set AIRGAP_OFFLINE=1 "
            "to build it from package registries instead"
        )
    if what.member is None:
        packed.rename(target)
    else:
        with tarfile.open(packed) as tar:
            content = tar.extractfile(what.member)
            assert content is not None
            target.write_bytes(content.read())
        packed.unlink()
    target.chmod(0o755)


def _read(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=READ_SECONDS) as answer:
            return bytes(answer.read())
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"{address} could not be read: {_why(error)}") from error


def _download(address: str, target: Path) -> None:
    why: Exception | None = None
    for attempt in range(TRIES):
        if attempt:
            progress.say(f"{address}: {_why(why)}; trying again")
        try:
            with (
                urllib.request.urlopen(address, timeout=READ_SECONDS) as answer,
                target.open("wb") as sink,
            ):
                length = int(answer.headers.get("Content-Length") or -1)
                received = 0
                while block := answer.read(1 << 20):
                    sink.write(block)
                    received += len(block)
            if length in (-1, received):
                return
            why = OSError(f"the connection ended after {received} of {length} bytes")
        except (OSError, http.client.HTTPException) as error:
            why = error
    raise Unreachable(f"{address} could not be downloaded: {_why(why)}")


def _why(error: Exception | None) -> str:
    reason = getattr(error, "reason", None)
    return str(reason or error or "no reason given")
