"""Slips on a page that keep a block from being one, and what looks like them."""

from pathlib import Path

import pytest

from handrail.lint.engine import lint_scenario

from .conftest import found, good


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


def test_the_first_terminal_by_its_number_is_no_problem(tmp_path: Path) -> None:
    assert found(good(tmp_path, "`a`{{execute interrupt T1}}\n"), "not-on-killercoda") == []
    assert found(good(tmp_path, "`a`{{execute T2}}\n"), "not-on-killercoda") != []


def test_the_remedy_for_an_old_address_names_its_port(tmp_path: Path) -> None:
    page = "https://[[HOST_SUBDOMAIN]]-8080-[[KATACODA_HOST]].environments.katacoda.com/\n"
    (problem,) = (each for each in lint_scenario(good(tmp_path, page)) if each.code == "not-on-killercoda")
    assert problem.remedy == "Write {{TRAFFIC_HOST1_8080}}; `handrail export --to killercoda` does it."
