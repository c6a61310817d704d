"""Programs that are built inside their Go module, with a toolchain that is new enough for it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from airgap import golang, places, versions
from airgap.cache import key_of

# A `go` that hands out a module, and whose compiler writes down what lies in the folder that it is asked to build.
GO = """
case $1 in
    version) echo "go version go{version} linux/amd64" ;;
    mod) printf '%s' '{module}' ;;
    list) printf 'one\\ntwo\\n' ;;
    build)
        while [ "$1" != -o ]; do shift; done
        ls "$3" > "$2"
        ;;
esac
"""


@pytest.fixture
def go(tmp_path: Path, programs: Callable[[str, str], Path]) -> Callable[[str], Path]:
    """Puts a `go` of some version on the PATH, which knows one module with the package `tool`."""
    module = tmp_path / "module"
    (module / "tool").mkdir(parents=True)
    (module / "tool" / "tool.go").touch()
    text = GO.replace("{module}", json.dumps({"Dir": str(module)}))
    return lambda version: programs("go", text.replace("{version}", version))


def test_host_s_toolchain_is_taken_if_it_is_new_enough_for_the_module(go: Callable[[str], Path]) -> None:
    host = go("1.26.1")
    assert golang.toolchain(since=(1, 26)) == host
    fetched = places.cache() / "artefacts" / f"go-{key_of(versions.GO)}" / "go" / "bin" / "go"
    fetched.parent.mkdir(parents=True)
    fetched.touch()
    assert golang.toolchain(since=(1, 25)) == go("1.25.4")
    assert golang.toolchain(since=(1, 26)) == fetched


def test_build_takes_the_module_s_package(go: Callable[[str], Path], tmp_path: Path) -> None:
    go("1.26.1")
    golang.build("example.org/tool@v1.0.0", "tool", tmp_path / "program", shown="a tool", seconds=1.0)
    assert (tmp_path / "program").read_text() == "tool.go\n"
    assert not golang.scratch("program").exists()


def test_build_takes_a_main_of_ours_into_the_module(go: Callable[[str], Path], tmp_path: Path) -> None:
    go("1.26.1")
    own = tmp_path / "ours.go"
    own.touch()
    golang.build("example.org/tool@v1.0.0", "ours", tmp_path / "program", shown="a tool", seconds=1.0, own=own)
    assert (tmp_path / "program").read_text() == "ours.go\n"
