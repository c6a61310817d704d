"""What the node's manifests start is what was put into its image store."""

import json

import yaml

from airgap import policies
from airgap.places import SOURCES

FILES = SOURCES / "node" / "files"


def test_manifest_starts_the_image_that_is_built_and_pulls_none() -> None:
    manifests = yaml.safe_load_all((FILES / "kind" / "manifests" / "default-cni.yaml").read_text())
    (daemon,) = [manifest for manifest in manifests if manifest["kind"] == "DaemonSet"]
    (container,) = daemon["spec"]["template"]["spec"]["containers"]
    assert (container["image"], container["imagePullPolicy"]) == (policies.IMAGE, "Never")


def test_packets_between_pods_are_routed() -> None:
    """Those that cross a bridge pass no rule of IP on many kernels."""
    (network,) = (FILES / "etc" / "cni" / "net.d").iterdir()
    assert json.loads(network.read_text())["plugins"][0]["type"] == "ptp"
