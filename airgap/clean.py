"""Remove what airgap has put on this host, and nothing else."""

from __future__ import annotations

import fcntl
import shutil

from airgap import engine, places, process, progress
from airgap.errors import AirgapError


def clean() -> None:
    """Remove our images from every engine that answers, then the cache. Raises AirgapError while work is going on."""
    _nobody_at_work()
    for one in engine.answering():
        listed = one.run("images", "--all", "--filter", f"label={engine.LABEL}", "--format", "{{.ID}}")
        images = list(dict.fromkeys(listed.split()))
        for image in images:
            try:
                # Never by force: that would take running containers, such as a cluster's node, with it.
                one.run("rmi", image)
            except process.ChildFailed as error:
                progress.say(f"clean: {one.name} keeps {image}: {error}")
        progress.say(f"clean: looked at {len(images)} images of {one.name}")
    shutil.rmtree(places.cache(), ignore_errors=True)
    progress.say(f"clean: removed {places.cache()}")


def _nobody_at_work() -> None:
    locks = places.cache() / "locks"
    for path in sorted(locks.iterdir()) if locks.exists() else []:
        with path.open() as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AirgapError(
                    f"process {handle.read().strip()} is making {path.name} right now: "
                    "wait for it, or end it, and run the same command again"
                ) from None
