"""What bash would say of a script, without running it."""

import time
from pathlib import Path

import pytest

from handrail.lint import shell_syntax
from handrail.lint.engine import lint_scenario
from handrail.scenario.verify import prints_done

from .conftest import good, write


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
