"""The wheel works where nothing but Python is: installed, it lints, tests and plays, with the page's files in it."""

import re
import subprocess
import zipfile
from pathlib import Path
from urllib.request import urlopen

import pytest

from .conftest import must

pytestmark = pytest.mark.timeout(600)


def test_the_wheel_has_the_pages_files_and_nothing_of_the_repository_beside_handrail(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "handrail/server/static/index.html" in names
    assert "handrail/server/static/vendor/xterm.mjs" in names
    assert "handrail/server/static/vendor/codemirror.mjs" in names
    assert any(name.startswith("handrail/server/static/vendor/LICENSES") for name in names)
    assert {name.split("/")[0] for name in names} == {"handrail", wheel.name.split("-py3")[0] + ".dist-info"}


def test_uvx_runs_it_without_an_installation(wheel: Path, tools: Path, scenarios: Path, bare: dict[str, str]) -> None:
    handrail = [tools / "uv", "tool", "run", "--quiet", "--from", wheel, "handrail"]
    assert re.fullmatch(r"handrail \S+\n", must(*handrail, "--version", cwd=scenarios, env=bare))
    must(*handrail, "lint", "good", cwd=scenarios, env=bare)
    assert "Passed" in must(*handrail, "test", "--host", "good", cwd=scenarios, env=bare)


def test_uv_installs_a_command_that_serves_the_page(
    wheel: Path, tools: Path, scenarios: Path, bare: dict[str, str], tmp_path: Path
) -> None:
    env = {**bare, "UV_TOOL_DIR": str(tmp_path / "tools"), "UV_TOOL_BIN_DIR": str(tmp_path / "bin")}
    must(tools / "uv", "tool", "install", "--quiet", wheel, cwd=tmp_path, env=env)
    player = subprocess.Popen(
        [tmp_path / "bin/handrail", "play", "good", "--host", "--no-browser", "--port", "0"], cwd=scenarios, text=True,
        env={**env, "XDG_STATE_HOME": str(tmp_path / "state")}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        assert player.stdout is not None
        address = next(line.split()[2] for line in player.stdout if line.startswith("handrail: open "))
        base = address.partition("#")[0]
        for path in ("", "static/js/main.js", "static/vendor/xterm.mjs"):
            with urlopen(base + path) as answer:
                assert answer.status == 200
    finally:
        player.terminate()
        player.communicate(timeout=30)
