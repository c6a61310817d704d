"""`handrail lint` as its user runs it: exit status, formats, fixes, configuration, what it costs."""

import argparse
import json
import time
import tracemalloc
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from handrail.lint import cli, shell_syntax
from handrail.lint.config import Config
from handrail.lint.engine import lint, lint_scenario, targets
from handrail.lint.fix import fix, mend_index
from handrail.problems.catalogue import LINTED
from handrail.scenario.verify import prints_done

from ..corpus_case import CORPUS

PAGE = "# One\n\nLook around:\n\n```\nls -l\npwd\n```{{exec}}\n\nThen run `date`{{exec}} and read **what** it says.\n"


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    return root


def good(root: Path, page: str = PAGE, **index: object) -> Path:
    steps = [{"title": "One", "text": "one.md"}]
    whole = {"title": "T", "details": {"steps": steps}, "backend": {"imageid": "ubuntu"}, **index}
    return write(root, {"index.json": json.dumps(whole), "one.md": page})


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    cli.add_arguments(parser)
    return cli.run(parser.parse_args(list(words)))


Run = Callable[..., int]


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


# Configuration


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


def test_the_first_terminal_by_its_number_is_no_problem(tmp_path: Path) -> None:
    assert found(good(tmp_path, "`a`{{execute interrupt T1}}\n"), "not-on-killercoda") == []
    assert found(good(tmp_path, "`a`{{execute T2}}\n"), "not-on-killercoda") != []


def test_the_remedy_for_an_old_address_names_its_port(tmp_path: Path) -> None:
    page = "https://[[HOST_SUBDOMAIN]]-8080-[[KATACODA_HOST]].environments.katacoda.com/\n"
    (problem,) = (each for each in lint_scenario(good(tmp_path, page)) if each.code == "not-on-killercoda")
    assert problem.remedy == "Write {{TRAFFIC_HOST1_8080}}; `handrail export --to killercoda` does it."


# Fixes


def test_fix_mends_and_the_scenario_is_then_clean(tmp_path: Path) -> None:
    good(tmp_path, "\ufeff#One\r\n\r\n`a`{{exeucte}} `b` {{ exec }}\r\n\r\n```\r\nls\r\n``` {{Exec interupt}}\r\n")
    assert fix(tmp_path, "index.json") == 1
    assert (tmp_path / "one.md").read_bytes() == (
        b"# One\n\n`a`{{execute}} `b`{{ exec }}\n\n```\nls\n```{{exec interrupt}}\n"
    )
    assert lint_scenario(tmp_path) == ()
    assert fix(tmp_path, "index.json") == 0


def test_fix_takes_trailing_commas_out_of_the_index(tmp_path: Path) -> None:
    good(tmp_path)
    text = (
        '{"title": "T, ]", "details": {"steps": [{"title": "O", "text": "one.md",},],},\n "backend": {"imageid": "u"},}'
    )
    write(tmp_path, {"index.json": text})
    assert fix(tmp_path, "index.json") == 1
    assert json.loads((tmp_path / "index.json").read_text())["title"] == "T, ]"


def test_fix_leaves_what_it_cannot_mend(tmp_path: Path) -> None:
    assert mend_index('{"a": 1 "b": 2,}') == '{"a": 1 "b": 2,}'


def test_fix_gives_scripts_unix_line_ends_and_keeps_their_mode(tmp_path: Path) -> None:
    good(tmp_path, details={"steps": [{"title": "O", "text": "one.md", "verify": "v.sh"}]})
    write(tmp_path, {"v.sh": "test -e a\r\n"})
    (tmp_path / "v.sh").chmod(0o755)
    fix(tmp_path, "index.json")
    assert (tmp_path / "v.sh").read_bytes() == b"test -e a\n"
    assert (tmp_path / "v.sh").stat().st_mode & 0o777 == 0o755


def test_fix_writes_nothing_outside_the_scenario(tmp_path: Path) -> None:
    outside = write(tmp_path, {"outside.md": "#Tight\r\n"}) / "outside.md"
    good(tmp_path / "s")
    (tmp_path / "s" / "one.md").unlink()
    (tmp_path / "s" / "one.md").symlink_to(outside)
    assert fix(tmp_path / "s", "index.json") == 0
    assert outside.read_bytes() == b"#Tight\r\n"


# The network


@pytest.fixture
def site() -> "object":
    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/there" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def test_links_are_asked_only_with_network(
    tmp_path: Path, site: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handrail.lint.rules.network._LOCAL", ())
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    good(tmp_path, f"http://127.0.0.1:{site}/there and http://127.0.0.1:{site}/gone.\n")
    assert run("--strict", str(tmp_path)) == 0
    assert run("--strict", "--network", str(tmp_path)) == 1
    assert f"http://127.0.0.1:{site}/gone does not answer: status 404." in capsys.readouterr().out


# What it costs


def many(root: Path, count: int, page: str = PAGE) -> Path:
    for number in range(count):
        good(root / f"course{number % 10}" / f"scenario{number}", page)
    return root


def test_memory_does_not_grow_with_the_number_of_scenarios(tmp_path: Path) -> None:
    def peak(folder: Path) -> int:
        tracemalloc.start()
        for target in targets(folder, Config()):
            lint(target, Config())
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    few, more = many(tmp_path / "few", 4, PAGE * 60), many(tmp_path / "more", 16, PAGE * 60)
    peak(few)
    assert peak(more) < 2 * peak(few)


def expect_linear(work: Callable[[Path], object], few: Path, more: Path, *, rounds: int) -> None:
    """`more` is four times `few`; the best of some rounds counts, since other programs only add to a time."""

    def seconds(folder: Path) -> float:
        begun = time.process_time()
        work(folder)
        return time.process_time() - begun

    seconds(few)
    best = {few: float("inf"), more: float("inf")}
    for _ in range(rounds):
        for folder in best:
            best[folder] = min(best[folder], seconds(folder))
        # Four times as it should be, sixteen times if it grew with the square.
        if best[more] < 8 * best[few]:
            return
    raise AssertionError(best.values())


def test_time_grows_with_the_number_of_scenarios_not_with_its_square(tmp_path: Path) -> None:
    def lint_all(folder: Path) -> None:
        for target in targets(folder, Config()):
            lint(target, Config())

    expect_linear(lint_all, many(tmp_path / "few", 15), many(tmp_path / "more", 60), rounds=6)


@pytest.mark.parametrize(
    "shape", ["cat <<A\n", "<<\ta\n", "<a> 'x ", "goo.gl\n", "{{TRAFFIC_HOST1_PORT}}\n", "a <img src=x.png>\n"]
)
def test_time_grows_with_the_size_of_a_block_not_with_its_square(tmp_path: Path, shape: str) -> None:
    def page(size: int) -> Path:
        return good(tmp_path / str(size), f"```\n{shape * (size // len(shape))}\n```{{{{exec}}}}\n")

    expect_linear(lint_scenario, page(20_000), page(80_000), rounds=4)


def test_time_grows_with_the_size_of_an_index_not_with_its_square(tmp_path: Path) -> None:
    def index(count: int) -> Path:
        steps = [{"title": "S", "text": f"no{number}.md", "oops": 1} for number in range(count)]
        assets = {"host01": [{"file": f"no{number}", "target": "/x"} for number in range(count)]}
        return good(tmp_path / str(count), details={"steps": steps, "assets": assets})

    expect_linear(lint_scenario, index(100), index(400), rounds=4)


def test_of_one_problem_a_thousand_are_listed_and_the_rest_counted(tmp_path: Path) -> None:
    root = good(tmp_path, "`ls`{{exce}}\n" * 1200 + "`ls`{{execute foo}}\n")
    found = [problem for problem in lint_scenario(root) if problem.code == "action-misspelt"]
    assert len(found) == 1001
    assert (found[-1].line, found[-1].message) == (1001, "200 more of this kind follow in this file.")
    assert any(problem.code == "action-unknown-word" for problem in lint_scenario(root))


def test_each_slip_on_a_line_has_its_own_column(tmp_path: Path) -> None:
    root = good(tmp_path, "Run `a`{{exce}} and `b`{{exce}}.\n\n| a | b |\n|---|---|\n| `x`{{exce}} | `x`{{exce}}\n")
    places = [(problem.line, problem.column) for problem in lint_scenario(root) if problem.code == "action-misspelt"]
    assert places == [(1, 10), (1, 26), (5, 8), (5, 22)]


# Slips that keep a block from being one


def found(root: Path, code: str) -> list[tuple[int, int, str]]:
    return [(problem.line, problem.column, problem.message) for problem in lint_scenario(root) if problem.code == code]


@pytest.mark.parametrize("end", ["```{{exec}}", "```"])
def test_a_fence_left_open_in_the_middle_of_a_page_is_seen(tmp_path: Path, end: str) -> None:
    root = good(tmp_path, f"# One\n\n- Look:\n\n  ```bash\n  ls\n\n  Then:\n\n  ```bash {{2}}\n  pwd\n  {end}\n")
    message = "This opens a fence inside the one opened at line 5: was its end forgotten?"
    assert found(root, "fence-unclosed") == [(10, 3, message)]


@pytest.mark.parametrize(
    "page",
    [
        "````\n```bash\nls\n```{{exec}}\n````\n",
        "~~~\n```bash\nls\n```\n~~~{{exec}}\n",
        "````bash\ncat > a.md <<'EOF'\n```bash\nls\n```\nEOF\n````{{exec}}\n",
        '```python\ndef f():\n    """\n    ```python\n    f()\n    ```\n    """\n```{{copy}}\n',
    ],
)
def test_a_fence_shown_inside_another_is_no_problem(tmp_path: Path, page: str) -> None:
    assert found(good(tmp_path, page), "fence-unclosed") == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{{run}}", "{{exec}}"),
        ("{exec}", "{{exec}}"),
        ("{copy}", "{{copy}}"),
        ("{execute T2}", "{{execute T2}}"),
        ("{{exec}", "{{exec}}"),
        ("{{exec", "{{exec}}"),
        ("{exec}}", "{{exec}}"),
        ("{{paste}}", "{{copy}}"),
    ],
)
def test_braces_that_are_almost_an_action_are_seen(tmp_path: Path, written: str, meant: str) -> None:
    page = f"Run `ls`{written} and\n![p](https://example.com/p.png) `pwd`{written}.\n\n```bash\nls\n```{written}\n"
    problems = [each for each in lint_scenario(good(tmp_path, page)) if each.code == "action-misspelt"]
    assert [(each.line, each.column) for each in problems] == [(1, 9), (2, 38), (6, 4)]
    assert {each.remedy for each in problems} == {f"Write `{meant}`."}


@pytest.mark.parametrize(
    "after",
    [
        "{{TRAFFIC_HOST1_80}}",
        "{{ .Values.copy }}",
        "{{ copy(x) }}",
        "{{ run | default('a') }}",
        "{{range}}",
        "{{run.id}}",
        "{{ copy | default({}) }}",
        "{.class}",
        "{name}",
        "{{- exec -}}",
        " {run}",
    ],
)
def test_templates_after_code_are_no_actions(tmp_path: Path, after: str) -> None:
    page = f"See `a`{after} and `b {{exec}}` or `{{{{run}}}}`.\n\n```\n{after}\n{{{{run}}}}\n```\n"
    assert found(good(tmp_path, page), "action-misspelt") == []


# Scripts


def with_scripts(root: Path, verify: str, background: str = "touch ready\n") -> Path:
    details = {
        "intro": {"text": "one.md", "background": "background.sh"},
        "steps": [{"title": "One", "text": "one.md", "verify": "verify.sh"}],
    }
    return write(good(root, details=details), {"verify.sh": verify, "background.sh": background})


def script_errors(root: Path) -> list[tuple[str, int]]:
    return [(problem.path, problem.line) for problem in lint_scenario(root) if problem.code == "script-syntax"]


@pytest.mark.parametrize("first", ["", "#!/bin/bash\n", "#!/usr/bin/env bash\n", "#! /bin/sh -e\n"])
def test_a_script_that_bash_cannot_read_is_an_error_at_its_line(tmp_path: Path, first: str) -> None:
    above = first.count("\n")
    assert script_errors(with_scripts(tmp_path, f"{first}ls |\n| wc\n")) == [("verify.sh", above + 2)]
    # Without its `fi` the script ends too early.
    assert script_errors(with_scripts(tmp_path, f"{first}if true; then\n  exit 1\n")) == [("verify.sh", above + 2)]


def test_two_scripts_that_lack_the_same_quote_are_both_seen(tmp_path: Path) -> None:
    for quote in "\"'":
        root = with_scripts(tmp_path, f"echo {quote}a\nexit 1\n", f"echo {quote}b\n")
        assert [path for path, _ in script_errors(root)] == ["background.sh", "verify.sh"]


def test_a_here_document_that_ends_in_another_script_hides_no_error(tmp_path: Path) -> None:
    details = {
        "intro": {"text": "one.md", "foreground": "a.sh", "background": "b.sh"},
        "steps": [{"title": "One", "text": "one.md", "verify": "c.sh"}],
    }
    scripts = {"a.sh": "cat <<-EOF\n  EOF\n", "b.sh": "for a in b; do\n", "c.sh": "cat <<EOF\nEOF\nexit 1\n"}
    assert script_errors(write(good(tmp_path, details=details), scripts)) == [("b.sh", 1)]


def test_a_here_document_without_an_end_hides_no_error(tmp_path: Path) -> None:
    assert script_errors(with_scripts(tmp_path, "if true; then\n", "cat <<EOF\nhello\n")) == [("verify.sh", 1)]


@pytest.mark.parametrize("last", ['echo "done with it"', "echo done", "if test -e x; then\n echo 'done with it'\nfi"])
def test_the_linter_and_the_check_agree_on_what_prints_done(tmp_path: Path, last: str) -> None:
    """Where the exit status counts, a check that cannot fail is an error; where `done` counts, a warning."""
    details = {"steps": [{"title": "One", "text": "one.md", "verify": "verify.sh"}]}
    root = good(tmp_path, details=details, environment={"uilayout": "terminal"})
    script = f"test -e x\n{last}\n"
    write(root, {"verify.sh": script})
    (severity,) = (each.severity for each in lint_scenario(root) if each.code == "verify-exits-0-on-failure")
    assert severity == ("warning" if prints_done(script) else "error")


@pytest.mark.parametrize(
    "script",
    [
        "#!/usr/bin/env python3\nif True:\n    exit(1)\n",
        "shopt -s extglob\nrm -f !(a|b)\nexit 1\n",
        "if true\r\nthen\r\n  exit 1\r\nfi\r\n",
        "[[ [[HOST_IP]] == a ]] || exit 1\ncurl {{TRAFFIC_HOST1_80}}\n",
        "cat <<EOF\nwithout an end\n",
        "",
    ],
)
def test_scripts_that_run_are_no_syntax_errors(tmp_path: Path, script: str) -> None:
    assert script_errors(with_scripts(tmp_path, script)) == []


def test_no_script_is_run_to_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "ran"
    (tmp_path / "env.sh").write_text(f"touch {mark}\n")
    monkeypatch.setenv("BASH_ENV", str(tmp_path / "env.sh"))
    script = f"touch {mark}\n}}\ntouch {mark}\nfi\ntouch {mark}\n"
    assert script_errors(with_scripts(tmp_path / "s", script, f"touch {mark}\n")) == [("verify.sh", 2)]
    assert not mark.exists()


def test_a_bash_that_does_not_come_to_an_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = tmp_path / "bash"
    endless.write_text("#!/bin/sh\nexec /bin/sleep 600\n")
    endless.chmod(0o755)
    monkeypatch.setattr(shell_syntax, "_bash", lambda: str(endless))
    monkeypatch.setattr(shell_syntax, "_SECONDS", 0.1)
    began = time.monotonic()
    assert script_errors(with_scripts(tmp_path / "s", "if true; then\n")) == []
    assert time.monotonic() - began < 30
