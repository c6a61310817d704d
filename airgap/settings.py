"""The host's way to package registries (mirror, proxy, CA), handed to the steps of a container build alone.

Each setting becomes a file that is mounted as a secret while a RUN step lasts, so none of it gets into a layer.
"""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from airgap import debian, maven, places

# Places that images do not fill themselves: after a RUN step Podman 4.3 removes the file that a secret was mounted
# over, so that over the image's own certificates it would leave an image without any. Go reads all of this folder.
CA_TARGET = "/etc/ssl/certs/airgap-ca.pem"
PIP_TARGET = "/etc/xdg/pip/pip.conf"
PROXIES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
# Where distributions keep what the host trusts.
CA_FILES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
PIP_FILES = ("/etc/pip.conf", "/etc/xdg/pip/pip.conf")
_CA_VARIABLES = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
_PIP = ("index-url", "extra-index-url", "trusted-host", "proxy", "timeout", "retries", "no-index")
_NPM = re.compile(r"^\s*(?:registry|proxy|https-proxy|noproxy|strict-ssl)\s*=")
_GO = ("GOPROXY", "GONOPROXY", "GOPRIVATE", "GOSUMDB", "GONOSUMDB", "GOINSECURE")


@dataclass(frozen=True)
class Mount:
    """A file of the host and where a RUN step shall find it."""

    name: str
    source: Path
    target: str

    @property
    def option(self) -> str:
        return f"--mount=type=secret,id=airgap-{self.name},target={self.target},mode=0444"


def collect(folder: Path, wheels: str | None, debian_sources: bool, with_maven: bool = False) -> list[Mount]:
    """Write the host's settings to files in ``folder``, and say where they belong.

    ``wheels``: address of a page that lists wheels, for pip; ``debian_sources``: whether the image is a Debian of ours,
    which has no list of package sources of its own; ``with_maven``: whether a step runs Maven.
    """
    certificates = _certificates()
    files = {
        ("pip", PIP_TARGET): _pip_lines(wheels),
        ("npm", "/root/.npmrc"): _npm_lines(),
        ("go", "/root/.config/go/env"): [f"{name}={os.environ[name]}" for name in _GO if os.environ.get(name)],
        ("apt", "/etc/apt/apt.conf.d/99airgap"): _apt_lines(),
        ("apt-sources", "/etc/apt/sources.list"): debian.sources() if debian_sources else [],
    }
    if with_maven:
        files[("mavenrc", maven.RC_TARGET)] = maven.rc_lines(certificates is not None)
        files[("maven", maven.SETTINGS_TARGET)] = maven.settings_lines(places.host_home())
    mounts = []
    for (name, target), lines in files.items():
        if lines:
            path = folder / name
            path.write_text("".join(f"{line}\n" for line in lines))
            mounts.append(Mount(name, path, target))
    if certificates:
        mounts.append(Mount("ca", certificates, CA_TARGET))
    if certificates and with_maven:
        store = folder / "ca.jks"
        store.write_bytes(maven.trust_store(certificates.read_text()))
        mounts.append(Mount("ca-java", store, maven.STORE_TARGET))
    return mounts


def wheel_folders() -> list[Path]:
    """The folders in which the host's pip looks for wheels, those that exist; it takes paths and file: addresses."""
    listed = _pip_settings().get("find-links", "").split()
    paths = [Path(url2pathname(urlsplit(one).path) if one.startswith("file:") else one) for one in listed]
    return [path for path in paths if path.is_dir()]


def _certificates() -> Path | None:
    candidates = [os.environ.get(name) for name in _CA_VARIABLES]
    candidates += [_pip_settings().get("cert"), *CA_FILES]
    return next((Path(path) for path in candidates if path and Path(path).is_file()), None)


def _pip_lines(wheels: str | None) -> list[str]:
    found = {name: value for name, value in _pip_settings().items() if name in _PIP}
    if wheels:
        found["find-links"] = wheels
    if _certificates():
        found["cert"] = CA_TARGET
    # A value of several lines goes on, indented, in the next line.
    lines = [f"{name} = {value.strip()}".replace("\n", "\n    ") for name, value in sorted(found.items())]
    return ["[global]", *lines] if lines else []


def _pip_settings() -> dict[str, str]:
    """pip's settings as pip itself merges them: files from the general to the particular, then the environment."""
    found: dict[str, str] = {}
    for path in _pip_files():
        parser = configparser.RawConfigParser()
        try:
            parser.read(path)
        except configparser.Error:
            continue
        for section in ("global", "install"):
            if parser.has_section(section):
                found.update(parser.items(section))
    for name, value in os.environ.items():
        if name.startswith("PIP_"):
            found[name[4:].lower().replace("_", "-")] = value
    return found


def _pip_files() -> Iterator[Path]:
    home = places.host_home()
    yield from (*map(Path, PIP_FILES), home / ".pip" / "pip.conf")
    yield Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip" / "pip.conf"
    if os.environ.get("PIP_CONFIG_FILE"):
        yield Path(os.environ["PIP_CONFIG_FILE"])


def _apt_lines() -> list[str]:
    # Files of the host that the lines name are not there in the build, but its certificates are.
    lines = [line for line in debian.host_settings() if "::CaInfo" not in line]
    return [*lines, f'Acquire::https::CaInfo "{CA_TARGET}";'] if _certificates() else lines


def _npm_lines() -> list[str]:
    path = places.host_home() / ".npmrc"
    lines = [line for line in path.read_text().splitlines() if _NPM.match(line)] if path.is_file() else []
    if _certificates():
        lines.append(f"cafile={CA_TARGET}")
    return lines
