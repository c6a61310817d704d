"""Builds Jaeger 2 from its Go module, once for this machine, and copies the program to a folder.

PYTHONPATH=REPOSITORY python3 scripts/make_jaeger.py FOLDER
The module carries the checksums of everything it needs (go.sum); its own is checked by the Go checksum database.
"""
import json
import shutil
import sys
from pathlib import Path

from made import put

from airgap import golang, places, process, progress
from airgap.cache import key_of

# The module's version of the release 2.13.0.
MODULE = "github.com/jaegertracing/jaeger@v1.76.0"
ABOUT_SECONDS = 300.0


def build(folder: Path) -> None:
    """Put the program `jaeger` into an empty folder. Raises AirgapError."""
    space = golang.scratch("jaeger")
    env = golang.environment(space)
    log = places.cache() / "logs" / "jaeger.log"
    go = golang.toolchain()
    with progress.phase("jaeger", "building Jaeger 2.13 from source, once", ABOUT_SECONDS), golang.explained("Jaeger"):
        downloaded = json.loads(process.run([go, "mod", "download", "-json", MODULE], env=env))
        source = space / "source"
        shutil.rmtree(source, ignore_errors=True)
        shutil.copytree(downloaded["Dir"], source)
        command = [go, "build", "-ldflags=-s -w", "-o", folder / "jaeger", "./cmd/jaeger"]
        process.run_long(["nice", "-n", "10", *command], cwd=source, env=env, log=log)
    shutil.rmtree(space, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(put("jaeger", key_of(MODULE), build, Path(sys.argv[1])))
