"""A scenario in real containers:  make containers  runs these, with the base image that airgap gets or builds."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection

from handrail.runtime import trust
from handrail.runtime.engine import find_engine
from handrail.scenario.reader import load

from ....waiting import until
from ..server.player_process import wait_ready
from ..server.preview.services import Look

MakeScenario = Callable[..., Path]
# An image with bash 5.1 and Python.
IMAGE = os.environ.get("HANDRAIL_TEST_IMAGE", "")

pytestmark = [
    pytest.mark.skipif(not IMAGE, reason="HANDRAIL_TEST_IMAGE names no image: make containers does"),
    pytest.mark.timeout(300),
]


def handrail(tmp_path: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "config"), "XDG_STATE_HOME": str(tmp_path / "state")}
    return subprocess.run(
        [sys.executable, "-m", "handrail", *map(str, words)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, env=env,
    )  # fmt: skip


def table(tmp_path: Path, **images: str) -> None:
    """Write the user's own table of images."""
    tmp_path.joinpath("config/handrail").mkdir(parents=True)
    tmp_path.joinpath("config/handrail/images.json").write_text(json.dumps(images))


def test_the_wanted_image_cannot_be_had_and_one_that_is_here_is_named(
    make_scenario: MakeScenario, tmp_path: Path
) -> None:
    table(tmp_path, ubuntu="localhost/handrail/is-not-here:1")
    root = make_scenario({"text": "`test $(hostname) = host01`{{execute}}\n"})
    refused = handrail(tmp_path, "test", root)
    assert refused.returncode == 2, refused.stdout + refused.stderr
    assert "localhost/handrail/is-not-here:1 is not here and cannot be fetched" in refused.stderr
    offered = re.search(r"pass (--image \S+), which is here", refused.stderr)
    assert offered is not None, refused.stderr
    run = handrail(tmp_path, "test", root, *shlex.split(offered[1]))
    assert run.returncode == 0, run.stdout + run.stderr


def test_image_takes_the_place_of_every_other_answer(make_scenario: MakeScenario, tmp_path: Path) -> None:
    table(tmp_path, ubuntu="localhost/handrail/is-not-here:1")
    root = make_scenario({"text": "`test $(hostname) = host01`{{execute}}\n"})
    # Approved to run on this machine, where the host has another name.
    approved = {str(root.resolve()): trust.fingerprint(load(root))}
    tmp_path.joinpath("state/handrail").mkdir(parents=True)
    tmp_path.joinpath("state/handrail/approved.json").write_text(json.dumps(approved))
    assert handrail(tmp_path, "test", root).returncode == 1
    run = handrail(tmp_path, "test", root, "--image", IMAGE)
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"runs in a container of {IMAGE}" in run.stderr


def test_scripts_that_the_course_shares_by_links_run_in_the_container(
    make_scenario: MakeScenario, tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (tmp_path / ".git").mkdir()
    scripts = {
        "background.sh": "touch ~/finished",
        "foreground.sh": "export A=1",
        "verify.sh": "test -e ~/leaf",
        "asset.sh": "#!/bin/sh\necho shared",
    }
    for name, text in scripts.items():
        (shared / name).write_text(text + "\n")
    root = make_scenario(
        {"text": '`test "$A" = 1 && test -e ~/finished && sh ~/asset.sh && touch leaf`{{execute}}\n', "verify": "x"},
        intro={"text": "i", "foreground": "x", "background": "x"},
        details={"assets": {"host01": [{"file": "asset.sh", "target": "~/"}]}},
        files={"assets/asset.sh": "x"},
    )
    index = json.loads((root / "index.json").read_text())
    pages = (index["details"]["intro"], index["details"]["steps"][0])
    named = [(page[role], role) for page in pages for role in ("background", "foreground", "verify") if role in page]
    for name, source in [*((name, f"{role}.sh") for name, role in named), ("assets/asset.sh", "asset.sh")]:
        (root / name).unlink()
        (root / name).symlink_to(os.path.relpath(shared / source, (root / name).parent))
    table(tmp_path, **{"*": IMAGE})
    run = handrail(tmp_path, "test", root)
    assert run.returncode == 0, run.stdout + run.stderr


def test_services_in_a_container_are_listed_and_reached(make_scenario: MakeScenario, tmp_path: Path) -> None:
    table(tmp_path, **{"*": IMAGE})
    root = make_scenario("`python3 -m http.server 8080`{{execute}}, at {{TRAFFIC_HOST1_8080}}\n")
    argv = [sys.executable, "-m", "handrail", "play", str(root), "--no-browser", "--port", "0"]
    config = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "XDG_STATE_HOME": str(tmp_path / "state")}
    player = wait_ready([*argv, "--workspace", str(tmp_path / "w")], tmp_path / "w", config)
    try:
        with player.socket("events") as events:
            assert services(events) == []
            assert player.post("blocks/step1-1/run", {"terminal": "T1"}).status_code == 200
            found: list[dict[str, Any]] = []
            while not found:
                found = services(events)
        assert [(each["host"], each["port"]) for each in found] == [("host01", 8080)]
        assert "Directory listing" in httpx.get(found[0]["url"], trust_env=False).text
    finally:
        player.stop()


def services(events: ClientConnection) -> list[dict[str, Any]]:
    """Those of the next state that the player tells."""
    return list(json.loads(events.recv(timeout=60))["services"])


def test_a_scenario_in_containers(make_scenario: MakeScenario, tmp_path: Path) -> None:
    engine, image = find_engine(), IMAGE
    tmp_path.joinpath("private").touch()
    page = (
        '`t.sh && cat ~/d/x.txt && test -e ~/finished && test "$PWD" = /tmp -a "$A" = 1`{{execute}}\n\n'
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
    table(tmp_path, **{"*": image})
    workspace = tmp_path / "w"
    left = [engine, "run", "--detach", "--rm", "--label", f"handrail.workspace={workspace}", image, "sleep", "600"]
    killed_runs_own = subprocess.run(left, capture_output=True, text=True, check=True).stdout.strip()
    run = handrail(tmp_path, "test", root, "--workspace", workspace)
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"runs in a container of {image}" in run.stderr
    remaining = subprocess.run([engine, "ps", "-aq", "--no-trunc"], capture_output=True, text=True).stdout
    assert killed_runs_own not in remaining
    ours = [engine, "ps", "-aq", "--filter", f"label=handrail.workspace={workspace}"]
    assert subprocess.run(ours, capture_output=True, text=True).stdout == ""


def test_a_service_in_the_container_is_shown_whether_its_port_is_published_or_not(
    make_scenario: MakeScenario, tmp_path: Path
) -> None:
    serve = "(cd /tmp && echo roses >index.html && for port in 8080 9090; do python3 -m http.server $port & done)\n"
    root = make_scenario({"text": "[shop]({{TRAFFIC_HOST1_8080}}/)\n", "foreground": serve})
    command = [sys.executable, "-m", "handrail", "play", str(root), "--no-browser", "--port", "0", "--image", IMAGE]
    player = wait_ready([*command, "--workspace", str(tmp_path / "w")], tmp_path / "w")
    try:
        published = re.search(r"http://127\.0\.0\.1:(\d+)/", player.get("pages/step1").json()["html"])
        assert published is not None
        for port, inside in ((int(published[1]), "p8080"), (9090, "p9090")):
            look = Look(player, port)
            assert look.id == inside
            until(lambda look=look: look.get().status_code == 200)  # type: ignore[misc]
            assert look.get().text == "roses\n"
        player.post("previews", {"port": 9090})
        shown = player.get("state").json()["previews"]
        assert {each["id"]: each["listening"] for each in shown} == {"p8080": True, "p9090": True}
    finally:
        player.stop()


def test_the_editor_reads_and_changes_files_in_the_container(make_scenario: MakeScenario, tmp_path: Path) -> None:
    prepare = "mkfifo ~/pipe; mkdir /opt/app; printf 'a\\r\\nb' >/opt/app/dos.txt; ln -s /opt/app ~/out\n"
    root = make_scenario({"text": "`new.txt`{{open}}\n", "foreground": prepare})
    command = [sys.executable, "-m", "handrail", "play", str(root), "--no-browser", "--port", "0", "--image", IMAGE]
    player = wait_ready([*command, "--workspace", str(tmp_path / "w")], tmp_path / "w")
    try:
        until(lambda: player.get("files/text?path=out/dos.txt").status_code == 200)
        read = player.get("files/text?path=/opt/app/dos.txt").json()
        assert (read["text"], read["isWritable"]) == ("a\r\nb", True)
        assert player.save("out/dos.txt", "c\r\nd", read["version"]).status_code == 200
        late = player.save("out/dos.txt", "lost", read["version"])
        assert (late.status_code, late.json()["text"]) == (409, "c\r\nd")
        assert player.get("blocks/step1-1/file").json() == {"path": "new.txt"}
        assert player.save("deep/ü b.txt", "x").status_code == 200
        assert player.post("files/rename", {"path": "deep/ü b.txt", "to": "c.txt"}).status_code == 200
        names = [entry["name"] for entry in player.get("files?path=").json()["entries"]]
        assert {"deep", "out", "pipe", "c.txt"} <= set(names)
        assert player.post("files/delete", {"path": "deep"}).status_code == 200
        for path, status in (("pipe", 403), ("/proc/1/environ", 403), ("deep", 404), ("/bin/sh", 403)):
            assert player.get(f"files/text?path={path}").status_code == status, path
    finally:
        player.stop()
