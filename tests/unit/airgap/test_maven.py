"""Maven in a build goes the host's way: its mirrors and proxies, and the certificates that the host trusts."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from airgap import maven, places, settings

BUNDLE = Path(ssl.get_default_verify_paths().cafile or "/etc/ssl/certs/ca-certificates.crt")


@pytest.mark.skipif(not shutil.which("keytool"), reason="needs Java's keytool")
def test_java_reads_the_host_s_certificates(tmp_path: Path) -> None:
    text = BUNDLE.read_text()
    store = tmp_path / "ca.jks"
    store.write_bytes(maven.trust_store(f"# a comment\n{text}"))
    command = ["keytool", "-list", "-keystore", store, "-storepass", "changeit"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert listed.count("trustedCertEntry") == text.count("BEGIN CERTIFICATE") > 0


def test_store_says_how_many_certificates_it_holds() -> None:
    store = maven.trust_store(BUNDLE.read_text())
    assert store[:8] == bytes.fromhex("feedfeed00000002")
    assert int.from_bytes(store[8:12], "big") == BUNDLE.read_text().count("BEGIN CERTIFICATE")


def test_mirrors_reach_the_build_and_the_host_s_folders_do_not(tmp_path: Path) -> None:
    (tmp_path / ".m2").mkdir()
    own = '<settings xmlns="http://maven.apache.org/SETTINGS/1.0.0"><localRepository>/home/me</localRepository>'
    own += "<mirrors><mirror><id>near</id><url>http://near/</url></mirror></mirrors></settings>"
    (tmp_path / ".m2/settings.xml").write_text(own)
    (text,) = maven.settings_lines(tmp_path)
    assert "http://near/" in text
    assert "/home/me" not in text


def test_proxies_of_the_environment_reach_maven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://me:secret@proxy:3128")
    (text,) = maven.settings_lines(tmp_path)
    proxy = {part.tag: part.text for part in ElementTree.fromstring(text)[0][-1]}
    assert (proxy["host"], proxy["port"], proxy["username"], proxy["password"]) == ("proxy", "3128", "me", "secret")


def test_settings_that_are_no_xml_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".m2").mkdir()
    (tmp_path / ".m2/settings.xml").write_text("<settings>")
    assert maven.settings_lines(tmp_path) == []


def test_other_builds_are_not_given_maven_s_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "host_home", lambda: tmp_path)
    for wanted in (False, True):
        folder = tmp_path / str(wanted)
        folder.mkdir()
        mounts = settings.collect(folder, None, debian_sources=False, with_maven=wanted)
        assert (maven.STORE_TARGET in {mount.target for mount in mounts}) == wanted
