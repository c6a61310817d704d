"""What a configuration switches, and what is said of a wrong one."""

from pathlib import Path

import pytest

from .conftest import good, run, write


@pytest.mark.parametrize(("name", "section"), [(".handrail.toml", "lint"), ("pyproject.toml", "tool.handrail.lint")])
def test_a_section_switches_rules(tmp_path: Path, name: str, section: str) -> None:
    good(tmp_path / "s", "")
    write(tmp_path, {name: f'[{section}]\nseverity = {{page-empty = "error"}}\n'})
    assert run(str(tmp_path / "s")) == 1
    write(tmp_path, {name: f'[{section}]\ndisable = ["page-empty"]\n'})
    assert run("--strict", str(tmp_path / "s")) == 0


def test_excluded_folders_are_left_out(tmp_path: Path) -> None:
    good(tmp_path / "drafts" / "s", "```\n")
    good(tmp_path / "ready")
    write(tmp_path, {".handrail.toml": '[lint]\nexclude = ["drafts"]\n'})
    assert run(str(tmp_path)) == 0


@pytest.mark.parametrize(
    "text", ["[lint", '[lint]\ndisable = ["nope"]', "[lint]\nmax = 3", '[lint]\nseverity = {page-empty = "bad"}']
)
def test_a_wrong_section_exits_2(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    write(good(tmp_path), {".handrail.toml": text})
    assert run(str(tmp_path)) == 2
    assert ".handrail.toml:" in capsys.readouterr().err


def test_an_unknown_setting_is_shown_at_its_line_with_those_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(good(tmp_path), {".handrail.toml": '[lint]\nexclude = ["foo"]\nfoo = 3\n'})
    assert run(str(tmp_path)) == 2
    assert ".toml:3:1: There is no setting foo; there are disable, exclude, network, severity." in (
        capsys.readouterr().err
    )
