"""What Maven needs to go the host's way: its settings, the environment's proxies, certificates as Java reads them.

Java trusts a key store of its own, not the certificates of the system. JKS, the simplest kind that it reads, is written
here: a head, each certificate, and a digest over all. (The format is that of sun.security.provider.JavaKeyStore.)
"""

from __future__ import annotations

import hashlib
import os
import ssl
import struct
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

STORE_TARGET = "/etc/ssl/certs/airgap-ca.jks"
RC_TARGET = "/root/.mavenrc"
SETTINGS_TARGET = "/root/.m2/settings.xml"
_PASSWORD = "changeit"  # of every trust store; it protects nothing
_END = "-----END CERTIFICATE-----"
# Of the host's settings only the way to the packages; a folder for them, for one, is not there in the build.
_WAY = ("mirrors", "proxies", "servers")


def trust_store(bundle: str) -> bytes:
    """The certificates of a PEM bundle as a Java key store."""
    certificates = [
        ssl.PEM_cert_to_DER_cert(part[part.index("-----BEGIN CERTIFICATE-----") :] + _END)
        for part in bundle.split(_END)
        if "-----BEGIN CERTIFICATE-----" in part
    ]
    data = struct.pack(">III", 0xFEEDFEED, 2, len(certificates))
    for number, certificate in enumerate(certificates):
        alias = f"host-{number}".encode()
        data += struct.pack(f">IH{len(alias)}sQ", 2, len(alias), alias, 0)
        data += struct.pack(">H5sI", 5, b"X.509", len(certificate)) + certificate
    return data + hashlib.sha1(_PASSWORD.encode("utf-16-be") + b"Mighty Aphrodite" + data).digest()


def rc_lines(with_store: bool) -> list[str]:
    """What Maven reads before it starts."""
    options = [f"-Djavax.net.ssl.trustStore={STORE_TARGET}", f"-Djavax.net.ssl.trustStorePassword={_PASSWORD}"]
    return [f'MAVEN_OPTS="$MAVEN_OPTS {" ".join(options)}"'] if with_store else []


def settings_lines(home: Path) -> list[str]:
    """The host's own settings as far as they are a way to packages, else the proxies of the environment."""
    path = home / ".m2" / "settings.xml"
    if not path.is_file():
        return _of_environment()
    try:
        own = ElementTree.parse(path).getroot()
    except ElementTree.ParseError:
        return _of_environment()
    for part in list(own):
        if part.tag.rpartition("}")[2] not in _WAY:
            own.remove(part)
    return [ElementTree.tostring(own, encoding="unicode")] if len(own) else _of_environment()


def _of_environment() -> list[str]:
    proxies = []
    for scheme in ("http", "https"):
        address = urlsplit(os.environ.get(f"{scheme}_proxy") or os.environ.get(f"{scheme.upper()}_PROXY") or "")
        if address.hostname:
            proxy = ElementTree.Element("proxy")
            values = {"id": scheme, "active": "true", "protocol": scheme, "host": address.hostname}
            values["port"] = str(address.port or 80)
            values |= {"username": address.username or "", "password": address.password or ""}
            for name, value in values.items():
                if value:
                    ElementTree.SubElement(proxy, name).text = value
            proxies.append(ElementTree.tostring(proxy, encoding="unicode"))
    return [f"<settings><proxies>{''.join(proxies)}</proxies></settings>"] if proxies else []
