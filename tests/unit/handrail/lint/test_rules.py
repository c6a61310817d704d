"""Single rules: what each sees, and what looks like it and is none of its business."""

import json
from pathlib import Path

import pytest

from handrail.lint.engine import lint_scenario
from handrail.lint.fix import fix
from handrail.scenario.course import read_listing
from handrail.scenario.reader import load

PAGE = "# One\n\n`date`{{exec}}\n"


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    return root


def scenario(root: Path, page: str = PAGE, title: str = "One", **files: str) -> Path:
    """`files`: scripts by role (verify, foreground), or assets by name."""
    roles = {role: f"{role}.sh" for role in ("verify", "foreground") if role in files}
    assets = [name for name in files if name not in roles]
    details: dict[str, object] = {"steps": [{"title": title, "text": "one.md", **roles}]}
    details["assets"] = {"host01": [{"file": name, "target": "~/"} for name in assets]} if assets else {}
    index = {"title": "T", "details": details, "backend": {"imageid": "ubuntu"}}
    write(root, {"index.json": json.dumps(index), "one.md": page})
    return write(root, {(roles.get(name) or f"assets/{name}"): text for name, text in files.items()})


def codes(root: Path) -> list[str]:
    return [problem.code for problem in lint_scenario(root)]


def places(root: Path, code: str) -> list[tuple[int, int]]:
    return [(problem.line, problem.column) for problem in lint_scenario(root) if problem.code == code]


# Pages


@pytest.mark.parametrize(
    ("page", "place"),
    [
        ("*`git status`*{{exec}}\n", (1, 15)),
        ("> Some words{{copy}}\n", (1, 13)),
        ("{{execute T2}}\n", (1, 1)),
        ("a `b`{{exec}} and c{{exec}}\n", (1, 20)),
        ("# Run{{exec}}\n", (1, 6)),
        ("``\n# make\n``{{exec}}\n", (3, 3)),
    ],
)
def test_an_action_without_code_before_it_is_seen(tmp_path: Path, page: str, place: tuple[int, int]) -> None:
    assert places(scenario(tmp_path, page), "action-without-code") == [place]


@pytest.mark.parametrize(
    "page",
    [
        "Write `{{exec}}` after code, or \\{{exec}}.\n",
        "{{ copy | default('x') }} {{ .Values.open }} {{copy x}}\n",
        "```\n{{exec}}\n```\n\n    {{exec}}\n",
        "`` a `b` c ``{{exec}} ` `{{}}\n",
        "| `a`{{exec}} | `b`{{copy}} |\n|---|---|\n",
    ],
)
def test_braces_of_code_and_of_templates_are_no_actions_without_code(tmp_path: Path, page: str) -> None:
    assert places(scenario(tmp_path, page), "action-without-code") == []


@pytest.mark.parametrize(
    ("page", "is_empty"),
    [
        ("```\n\n```{{exec}}\n", True),
        ("```\n```{{copy}}\n", True),
        ("` `{{exec}}\n", True),
        ("```\n```{{exec interrupt}}\n", False),
        ("```\n```\n", False),
    ],
)
def test_a_block_that_holds_nothing_is_seen(tmp_path: Path, page: str, is_empty: bool) -> None:
    assert ("block-empty" in codes(scenario(tmp_path, page))) is is_empty


@pytest.mark.parametrize("slip", ["{{€xecute}}", "{{exec", "{exec}", "{{ exceute interrupt }}", "{{run}}", "{{kopy}}"])
def test_a_slip_at_a_closing_fence_is_said_there_and_turns_no_block_inside_out(tmp_path: Path, slip: str) -> None:
    page = f"```\none\n```{slip}\n\nText.\n\n```\ntwo\n```{{{{exec}}}}\n"
    root = scenario(tmp_path, page)
    assert set(codes(root)) == {"action-misspelt"}
    assert [place[0] for place in places(root, "action-misspelt")] == [3]


@pytest.mark.parametrize("line", ["```{{ lang }}", "```{.python}", "```{{range}}", "```{{#if x}}"])
def test_a_template_in_a_block_does_not_close_it(tmp_path: Path, line: str) -> None:
    assert codes(scenario(tmp_path, f"````\n{line}\nx\n```\n````{{{{copy}}}}\n")) == []


def test_a_hash_inside_a_code_span_is_no_heading(tmp_path: Path) -> None:
    assert codes(scenario(tmp_path, "Run:\n``\n#make load\nls\n``{{exec}}\n")) == ["span-broken"]
    assert codes(scenario(tmp_path, "Run `a\n\n#Title\n")) == ["heading-tight"]
    assert codes(scenario(tmp_path, "Run `a` and\n#Title\nb `c`\n")) == ["heading-tight"]


@pytest.mark.parametrize("right", ["(*)", "(x)", "(X)"])
def test_a_letter_marks_the_right_answer_too(tmp_path: Path, right: str) -> None:
    page = f">>Which?<<\n( ) a\n{right} b\n\n>>All?<<\n[ ] a\n[x] b\n"
    assert [each for each in codes(scenario(tmp_path, page)) if each.startswith("quiz")] == []


# Commands


@pytest.mark.parametrize("line", ["$ ls", "$> cat x | grep y", "root@host:~$ ls", "me@box:/srv # ls", "  $ ls"])
def test_a_prompt_that_is_typed_along_is_seen(tmp_path: Path, line: str) -> None:
    assert "command-prompt" in codes(scenario(tmp_path, f"```bash\n{line}\n```{{{{exec}}}}\n"))


@pytest.mark.parametrize(
    "page",
    [
        "```\n$HOME/run.sh\n$(which ls) -l\n# comment\n```{{exec}}\n",
        "```sql\n$ select\n```{{exec}}\n",
        "```\ncat <<EOF\n$ ls\nEOF\n```{{exec}}\n",
        "```\n$ ls\n```\n",
        "`ssh root@host ls`{{exec}} `git@x.y:z`{{copy}}\n",
    ],
)
def test_what_is_no_prompt_is_left_alone(tmp_path: Path, page: str) -> None:
    assert "command-prompt" not in codes(scenario(tmp_path, page))


@pytest.mark.parametrize("key", ["<Esc>", "<CR>", "<ENTER>", "<C-w>", "<ctrl-x>", "<F5>", "<leader>"])
def test_keys_for_an_editor_are_no_placeholders(tmp_path: Path, key: str) -> None:
    assert codes(scenario(tmp_path, f"`:wq{key}`{{{{exec}}}}\n")) == []
    assert codes(scenario(tmp_path, f"`ls <name>{key}`{{{{exec}}}}\n")) == ["command-placeholder"]


@pytest.mark.parametrize("indent", ["  ", " \t"])
def test_a_delimiter_indented_with_blanks_ends_no_document(tmp_path: Path, indent: str) -> None:
    assert places(scenario(tmp_path, f"```\ncat <<-EOF\n\ta\n{indent}EOF\n```{{{{exec}}}}\n"), "heredoc-indented")
    script = f"cat <<-EOF\n\ta\n{indent}EOF\nexport a=1\n"
    assert places(scenario(tmp_path, foreground=script), "heredoc-indented") == [(3, len(indent) + 1)]
    assert codes(scenario(tmp_path, foreground="cat <<-EOF\n\ta\n\tEOF\nexport a=1\n")) == []


# Scripts


@pytest.mark.parametrize(
    ("script", "place"),
    [
        ("set -e\nls\n", (1, 1)),
        ("set -euo pipefail\n", (1, 1)),
        ("set -o errexit\n", (1, 1)),
        ("ls\nexit 0\n", (2, 1)),
        ("test -e x || exit 1\n", (1, 14)),
        ("if true; then exit; fi\n", (1, 15)),
        ("f() {\n  exit 1\n}\nf\n", (2, 3)),
    ],
)
def test_a_foreground_script_that_can_end_the_terminal_is_seen(
    tmp_path: Path, script: str, place: tuple[int, int]
) -> None:
    assert places(scenario(tmp_path, foreground=script), "foreground-ends-shell") == [place]


@pytest.mark.parametrize(
    "script",
    [
        "set -e\nls\nset +e\n",
        "( set -e; ls; exit 1 )\n",
        "(\n  exit 1\n)\n",
        "# exit\necho 'type exit' \"or exit\" # exit\n",
        "cat <<EOF\nexit\nset -e\nEOF\n",
        "ssh host 'exit 1'\nbash -c 'set -e; ls'\n",
        "#!/usr/bin/env python3\nexit()\n",
        "python3\nexit()\n",
        "set -x\nexitcode=1\nmy-exit\n",
    ],
)
def test_what_ends_no_terminal_is_left_alone(tmp_path: Path, script: str) -> None:
    assert "foreground-ends-shell" not in codes(scenario(tmp_path, foreground=script))


def test_only_foreground_scripts_run_in_the_learners_shell(tmp_path: Path) -> None:
    assert codes(scenario(tmp_path, verify="set -e\ntest -e x\n")) == []


@pytest.mark.parametrize("program", ["python3", "python", "sudo mysql -u root", "psql shop", "node -i", "su - user"])
def test_what_is_typed_into_a_program_is_no_shell(tmp_path: Path, program: str) -> None:
    assert codes(scenario(tmp_path, foreground=f"cd ~\n{program}\nprint((1)\nselect (a;\n")) == []


@pytest.mark.parametrize("script", ["python3 run.py\nif\n", "bash -c 'ls'\nif\n", "if\npython3\n", "mysql -e 'x'\n)\n"])
def test_a_slip_that_the_shell_reads_is_still_seen(tmp_path: Path, script: str) -> None:
    assert "script-syntax" in codes(scenario(tmp_path, foreground=script))


@pytest.mark.parametrize(
    "script",
    [
        '[ -f ~/x ] &&\necho "done"\n',
        "test -f x && \\\n  echo done\n",
        "test -f x &&\n# comment\n\necho done\n",
        "ls | grep -q x ||\nfalse\n",
    ],
)
def test_a_check_that_goes_on_from_the_line_before_can_fail(tmp_path: Path, script: str) -> None:
    assert codes(scenario(tmp_path, verify=script)) == []


def test_a_check_whose_last_line_stands_alone_cannot_fail(tmp_path: Path) -> None:
    assert codes(scenario(tmp_path, verify="test -f x &&\n  ls\necho done\n")) == ["verify-exits-0-on-failure"]


def test_an_asset_that_is_a_script_with_windows_line_ends_is_seen_and_mended(tmp_path: Path) -> None:
    assets = {"tool": "#!/bin/sh\r\nls\r\n", "notes.txt": "a\r\n", "good": "#!/bin/sh\nls\n"}
    root = scenario(tmp_path, **assets)
    assert [(each.code, each.path) for each in lint_scenario(root)] == [("script-crlf", "assets/tool")]
    assert fix(root, "index.json") == 1
    assert (root / "assets/tool").read_bytes() == b"#!/bin/sh\nls\n"
    assert (root / "assets/notes.txt").read_bytes() == b"a\r\n"
    assert codes(root) == []


# The index, pictures and lists


@pytest.mark.parametrize(("title", "repeats"), [("Step 3", False), ("STEP #12:", False), ("Step 3: Run", True)])
def test_a_title_that_is_nothing_but_its_number_is_left_alone(tmp_path: Path, title: str, repeats: bool) -> None:
    assert ("step-number-in-title" in codes(scenario(tmp_path, title=title))) is repeats


@pytest.mark.parametrize("pattern", ["assets/tool", "assets/*"])
def test_a_pattern_from_the_scenarios_folder_is_read_as_it_was_meant(tmp_path: Path, pattern: str) -> None:
    root = scenario(tmp_path, tool="")
    index = (root / "index.json").read_text().replace('"tool"', json.dumps(pattern))
    write(root, {"index.json": index})
    assert [(each.code, each.severity) for each in lint_scenario(root)] == [("asset-prefix", "info")]


def test_an_asset_that_is_not_there_is_a_warning(tmp_path: Path) -> None:
    root = scenario(tmp_path, tool="")
    (root / "assets/tool").unlink()
    assert [(each.code, each.severity) for each in lint_scenario(root)] == [("asset-no-match", "warning")]


@pytest.mark.parametrize("picture", ["/owner/scenarios/course/assets/x.png", "../assets/x.png", "course/assets/x.png"])
def test_a_picture_outside_of_a_scenario_without_its_repository_is_not_missed(tmp_path: Path, picture: str) -> None:
    root = scenario(tmp_path / "course" / "s", f"![x]({picture}) `a`{{{{exec}}}}\n")
    assert codes(root) == []


def test_a_picture_of_the_scenario_itself_is_missed_anywhere(tmp_path: Path) -> None:
    assert codes(scenario(tmp_path / "s", "![x](./x.png) ![y](assets/y.png)\n")) == ["image-missing", "image-missing"]


def test_a_picture_is_missed_in_a_repository_that_is_here(tmp_path: Path) -> None:
    write(tmp_path, {"course/structure.json": "{}"})
    assert codes(scenario(tmp_path / "course" / "s", "![x](../assets/x.png)\n")) == ["image-missing"]


@pytest.mark.parametrize(
    ("pathway", "missing"), [("garden", False), ("owner/garden", False), ("owner/elsewhere", False), ("gone", True)]
)
def test_a_pathway_may_be_named_with_its_owner(tmp_path: Path, pathway: str, missing: bool) -> None:
    scenario(tmp_path / "garden" / "plant")
    entry = {"course_id": "plant", "pathway_id": pathway}
    write(tmp_path, {"home-pathway.json": json.dumps({"courses": [entry]})})
    problems = read_listing(tmp_path / "home-pathway.json").problems
    assert [each.code for each in problems] == (["structure-path-missing"] if missing else [])


@pytest.mark.parametrize(
    "text",
    ["{{TRAFFIC_HOST1_80}", "{TRAFFIC_HOST1_80}}", "{{TRAFFIC_HOST_80}}", "{{TRAFFIC_HOST1_0}}", "{{traffic_host1_80}}",
     "[[HOST_SUBDOMAIN]-80-[[KATACODA_HOST]].environments.katacoda.com", "[[HOST_IPS]]", "[HOST_IP]]"],
)  # fmt: skip
def test_a_placeholder_that_stands_for_nothing_is_seen(tmp_path: Path, text: str) -> None:
    assert places(scenario(tmp_path, f"See {text}.\n"), "placeholder-broken") == [(1, 5)]


@pytest.mark.parametrize(
    "text",
    ["{{TRAFFIC_HOST1_80}}/x", "{{TRAFFIC_SELECTOR}}", "{{TRAFFIC_HOST1_PORT}}", "[[HOST1_IP]] [[CLIENT_SUBDOMAIN]]",
     "`[[ -f HOST_IP ]]`{{exec}}", "[HOST_IP] and [x][HOST_IP]"],
)  # fmt: skip
def test_whole_placeholders_and_other_brackets_are_left_alone(tmp_path: Path, text: str) -> None:
    assert places(scenario(tmp_path, f"See {text}\n"), "placeholder-broken") == []


def test_a_scenario_with_links_is_not_mended_elsewhere(tmp_path: Path) -> None:
    write(tmp_path, {"structure.json": "{}", "common/one.md": "#Tight\n"})
    root = scenario(tmp_path / "s")
    (root / "one.md").unlink()
    (root / "one.md").symlink_to("../common/one.md")
    assert load(root).pages[0].text is not None
    assert codes(root) == ["heading-tight"]
    assert fix(root, "index.json") == 0
    assert (tmp_path / "common/one.md").read_text() == "#Tight\n"
