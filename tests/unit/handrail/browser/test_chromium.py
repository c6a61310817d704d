"""What `handrail test --browser` says where Playwright or Chromium is missing, or another option does not fit."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from handrail.cli import main

from ..conftest import MakeScenario


def test_missing_playwright_is_a_sentence_with_the_command_that_installs_it(
    make_scenario: MakeScenario, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "playwright", None)
    assert main(["test", "--host", "--browser", str(make_scenario("Nothing to do.\n"))]) == 2
    printed = capsys.readouterr()
    assert f"{sys.executable} -m pip install playwright" in printed.err
    assert printed.out == "", "nothing was begun"


def test_browser_that_is_not_there_is_a_sentence(
    make_scenario: MakeScenario, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    root = make_scenario("Nothing to do.\n")
    assert main(["test", "--host", "--browser", "--workspace", str(tmp_path / "w"), str(root)]) == 2
    error = capsys.readouterr().err
    assert f"$CHROMIUM is {tmp_path}/none, which does not start" in error
    assert "unset CHROMIUM" in error


@pytest.mark.parametrize("option", ["--mutate", "--record", "--compare", "--shell", "--cast FILE"])
def test_what_goes_without_a_browser_is_refused(
    make_scenario: MakeScenario, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    root = make_scenario("Nothing to do.\n")
    assert main(["test", "--host", "--browser", str(root), *option.split()]) == 2
    assert f"--browser goes without {option.split()[0]}:" in capsys.readouterr().err
