"""`handrail lint` as its user runs it: exit status, formats, what is taken for a scenario, links."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from handrail.lint.config import Config
from handrail.lint.engine import lint, targets
from handrail.problems.catalogue import LINTED

from ....web_server import Quiet, serving
from ..corpus_case import CORPUS
from .conftest import good, run, write


def test_a_good_scenario_exits_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(good(tmp_path))) == 0
    assert capsys.readouterr().out == "1 scenario: no problems.\n"


def test_an_error_exits_1_and_says_where_and_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(good(tmp_path, "# One\n\n```\nls\n"))
    assert run() == 1
    first, second, last = capsys.readouterr().out.splitlines()
    assert first == "one.md:3:1: error: This code fence is never closed. [fence-unclosed]"
    assert second.strip().startswith("Add a closing fence")
    assert last == "1 scenario: 1 error."


def test_a_warning_exits_0_and_with_strict_1(tmp_path: Path) -> None:
    good(tmp_path, "")
    assert run(str(tmp_path)) == 0
    assert run("--strict", str(tmp_path)) == 1


@pytest.mark.parametrize("words", [["gone"], ["."], ["--disable", "no-such-rule", "."]])
def test_nothing_to_lint_exits_2(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*words) == 2
    assert capsys.readouterr().err.startswith("handrail: ")


def test_a_rule_is_explained_by_what_a_learner_would_lose(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--explain", "asset-no-match") == 0
    assert "asset-no-match: warning\n" in capsys.readouterr().out
    assert run("--explain", "no-such-rule") == 2
    assert "`handrail lint --rules` lists them." in capsys.readouterr().err


def test_json_is_one_object_per_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good(tmp_path, "`a`{{exeucte}} `b` {{exec}}\n")
    run("--format", "json", str(tmp_path))
    problems = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [problem["code"] for problem in problems] == ["action-misspelt", "action-spaced"]
    assert problems[0].keys() == {"code", "severity", "path", "line", "column", "message", "remedy"}


def test_github_annotations_escape_what_ends_a_property(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good(tmp_path / "a,b%", "")
    run("--format", "github", str(tmp_path))
    out = capsys.readouterr().out
    assert out.startswith("::warning file=")
    assert "a%2Cb%25/one.md,line=1,col=1,title=handrail page-empty::" in out


def test_sarif_describes_every_rule_it_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good(tmp_path, "")
    run("--format", "sarif", str(tmp_path))
    log = json.loads(capsys.readouterr().out)
    (run_of_tool,) = log["runs"]
    known = {rule["id"] for rule in run_of_tool["tool"]["driver"]["rules"]}
    (result,) = run_of_tool["results"]
    assert log["version"] == "2.1.0"
    assert result["ruleId"] in known
    assert result["level"] == "warning"
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1, "startColumn": 1}


def test_every_code_of_the_corpus_is_in_the_catalogue() -> None:
    found = set()
    for target in targets(CORPUS, Config()):
        found.update(problem.code for problem in lint(target, Config()).problems)
    known = {entry.code for entry in LINTED}
    assert found <= known
    # Cases that need the file system or the network are tested apart.
    apart = {"file-too-big", "file-unreadable", "not-a-file", "asset-too-big", "asset-too-many", "pre-unclosed"}
    assert known - found == apart | {"no-index", "link-unreachable", "script-syntax"}


def test_an_index_of_something_else_is_no_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, {"a/index.json": '{"name": "a package"}'})
    good(tmp_path / "b")
    assert run(str(tmp_path)) == 0
    assert capsys.readouterr().out == "1 scenario: no problems.\n"


def test_a_file_stands_for_the_scenario_it_belongs_to_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As pre-commit names files."""
    monkeypatch.chdir(tmp_path)
    good(tmp_path / "a", "# One: two\n\n```\nls\n")
    write(tmp_path, {"a/assets/data.yaml": "a: [", "a/step1/text.md": "# x: y\n", "README.md": "# Read: me\n"})
    assert run("README.md", "a/step1/text.md", "a/assets/data.yaml", "a/index.json", "a/one.md") == 1
    out = capsys.readouterr().out
    assert out.startswith("a/one.md:3:1: error: This code fence is never closed.")
    assert out.endswith("1 scenario: 1 error.\n")
    assert run("README.md") == 2
    assert "no scenario under README.md" in capsys.readouterr().err


@pytest.fixture
def site() -> Iterator[int]:
    class Site(Quiet):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/there" else 404)
            self.end_headers()

    with serving(Site) as port:
        yield port


def test_links_are_asked_only_with_network(
    tmp_path: Path, site: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handrail.lint.rules.network._LOCAL", ())
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    good(tmp_path, f"http://127.0.0.1:{site}/there and http://127.0.0.1:{site}/gone.\n")
    assert run("--strict", str(tmp_path)) == 0
    assert run("--strict", "--network", str(tmp_path)) == 1
    assert f"http://127.0.0.1:{site}/gone does not answer: status 404." in capsys.readouterr().out
