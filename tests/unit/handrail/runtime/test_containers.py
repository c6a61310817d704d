"""A scenario in real containers. Skipped where no engine runs a container, or none of the images is there."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from handrail.runtime.engine import EngineError, find_engine

MakeScenario = Callable[..., Path]
# Any Debian-like image with Python will do; HANDRAIL_TEST_IMAGE names another one.
IMAGES = ("localhost/airgap/python:3.11", "docker.io/library/python:3.12")


@functools.cache
def engine_and_image() -> tuple[str, str] | None:
    """An engine that starts a container of an image that is here already."""
    try:
        engine = find_engine()
    except EngineError:
        return None
    for image in (os.environ.get("HANDRAIL_TEST_IMAGE", ""), *IMAGES):
        if image and subprocess.run([engine, "image", "inspect", image], capture_output=True).returncode == 0:
            run = subprocess.run([engine, "run", "--rm", image, "bash", "-c", "exit 5"], capture_output=True)
            return (engine, image) if run.returncode == 5 else None
    return None


@pytest.mark.timeout(180)
def test_a_scenario_in_containers(make_scenario: MakeScenario, tmp_path: Path) -> None:
    found = engine_and_image()
    if found is None:
        pytest.skip("no container engine starts a container here")
    engine, image = found
    tmp_path.joinpath("private").touch()
    page = (
        "`t.sh && cat ~/d/x.txt && test -e ~/finished && test \"$PWD\" = /tmp -a \"$A\" = 1`{{execute}}\n\n"
        "```\ncat > ~/leaf <<'X'\n\tleaf\nX\n```{{execute}}\n\n"
        "`test -e /data/x.txt && test $(hostname) = host02`{{execute HOST2}}\n\n"
        "`test $(ssh root@host01 hostname) = host01`{{execute}}\n\n"
        "`python3 -m http.server 8080`{{execute T2}}\n\n"
        "`python3 -c \"import urllib.request as u; u.urlopen('{{TRAFFIC_HOST1_8080}}')\"`{{execute}}\n\n"
        '<pre class="file" data-filename="app.js" data-target="replace">one</pre>\n\n'
        "`grep one /root/app.js && cat /opt/katacoda-background-finished`{{execute}}\n\n"
        f"<!-- handrail: expect=1 -->\n`test -e {tmp_path}/private`{{{{execute}}}}\n"
    )
    verify = "test -e leaf || echo missing >$VERIFICATION_FAILURE_REASON; test -e ~/leaf && echo done"
    root = make_scenario(
        {"text": page, "verify": verify},
        intro={"text": "i", "foreground": "cd /tmp; export A=1; launch.sh", "background": "touch finished"},
        files={"assets/t.sh": "#!/bin/sh\necho tool\n", "assets/x.txt": "x"},
        details={
            "assets": {
                "host01": [
                    {"file": "t.sh", "target": "/usr/local/bin", "chmod": "+x"},
                    {"file": "x.txt", "target": "~/d"},
                ],
                "host02": [{"file": "x.txt", "target": "/data"}],
            }
        },
    )
    tmp_path.joinpath("config/handrail").mkdir(parents=True)
    tmp_path.joinpath("config/handrail/images.json").write_text(json.dumps({"*": image}))
    workspace = tmp_path / "w"
    env = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "config"), "XDG_STATE_HOME": str(tmp_path / "state")}
    left = [engine, "run", "--detach", "--rm", "--label", f"handrail.workspace={workspace}", image, "sleep", "600"]
    killed_runs_own = subprocess.run(left, capture_output=True, text=True, check=True).stdout.strip()
    run = subprocess.run(
        [sys.executable, "-m", "handrail", "test", str(root), "--workspace", str(workspace)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, env=env,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"runs in a container of {image}" in run.stderr
    remaining = subprocess.run([engine, "ps", "-aq", "--no-trunc"], capture_output=True, text=True).stdout
    assert killed_runs_own not in remaining
    ours = [engine, "ps", "-aq", "--filter", f"label=handrail.workspace={workspace}"]
    assert subprocess.run(ours, capture_output=True, text=True).stdout == ""
