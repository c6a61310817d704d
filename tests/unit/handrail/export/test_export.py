"""`handrail export`: what is written, what stays behind, and that reading it back gives the same scenario."""

import argparse
import json
from pathlib import Path

import pytest

from handrail.export import cli as exporting
from handrail.export.cli import export
from handrail.export.compare import differences
from handrail.export.tokens import page
from handrail.lint.engine import lint_scenario
from handrail.problems import ScenarioError
from handrail.scenario.assets import list_assets
from handrail.scenario.reader import load

from ..corpus_case import case_folders


def loads(folder: Path) -> bool:
    try:
        load(folder / "scenario")
    except ScenarioError:
        return False
    return True


K_80 = "https://[[HOST_SUBDOMAIN]]-80-[[KATACODA_HOST]].environments.katacoda.com"
READABLE = [folder for folder in case_folders() if loads(folder)]


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    exporting.add_arguments(parser)
    return exporting.run(parser.parse_args(list(words)))


@pytest.mark.parametrize("platform", ["killercoda", "katacoda"])
@pytest.mark.parametrize("folder", READABLE, ids=lambda folder: folder.name)
def test_reading_the_export_back_gives_the_same_scenario(folder: Path, platform: str, tmp_path: Path) -> None:
    scenario = load(folder / "scenario")
    export(scenario, tmp_path / "out", platform)  # type: ignore[arg-type]
    assert list(differences(scenario, load(tmp_path / "out"))) == []


@pytest.fixture
def carrying(tmp_path: Path) -> Path:
    index = {
        "title": "T",
        "details": {
            "intro": {"text": "in.md", "code": "scripts/start.sh"},
            "steps": [{"title": "One", "text": "in.md", "verify": "scripts/verify.sh"}],
            "assets": {"host01": [{"file": "*", "target": "~/"}]},
        },
        "backend": {"imageid": "ubuntu:2004"},
        "handrail": {"carry": ["scripts", "tests/one", "Makefile", {"file": "data/*.csv", "target": "/opt"}]},
    }
    root = write(
        tmp_path / "carrying",
        {
            "index.json": json.dumps(index),
            "in.md": "`ls`{{execute}} http://[[HOST_SUBDOMAIN]]-80-[[KATACODA_HOST]].environments.katacoda.com\n",
            "scripts/start.sh": "cd ~\n",
            "scripts/verify.sh": "test -e note.txt\n",
            "scripts/__pycache__/x.pyc": "",
            "scripts/.env": "A=1\n",
            "scripts/.conf/.deep/x": "",
            "scripts/.conf/y": "",
            "scripts/.git/config": "",
            "tests/one/test.py": "",
            "tests/two/test.py": "",
            "Makefile": "all:\n",
            "data/a.csv": "1\n",
            "data/b.txt": "",
            "assets/note.txt": "note\n",
        },
    )
    (root / "scripts" / "verify.sh").chmod(0o755)
    return root


def test_carried_folders_become_assets(carrying: Path, tmp_path: Path) -> None:
    left = export(load(carrying), tmp_path / "out", "killercoda")
    index = json.loads((tmp_path / "out" / "index.json").read_text())
    files = sorted(str(file.relative_to(tmp_path / "out")) for file in (tmp_path / "out").rglob("*") if file.is_file())
    assert files == [
        "assets/Makefile",
        "assets/data/a.csv",
        "assets/note.txt",
        "assets/scripts/.conf/.deep/x",
        "assets/scripts/.conf/y",
        "assets/scripts/.env",
        "assets/scripts/start.sh",
        "assets/scripts/verify.sh",
        "assets/tests/one/test.py",
        "in.md",
        "index.json",
        "scripts/start.sh",
        "scripts/verify.sh",
    ]
    assert index["details"]["assets"]["host01"] == [
        {"file": "note.txt", "target": "~/"},
        {"file": "scripts/**", "target": "~/"},
        {"file": "scripts/.env", "target": "~/scripts"},
        {"file": "scripts/.conf/**", "target": "~/"},
        {"file": "scripts/.conf/.deep/**", "target": "~/"},
        {"file": "tests/one/**", "target": "~/"},
        {"file": "Makefile", "target": "~/"},
        {"file": "data/*.csv", "target": "/opt"},
        {"file": "scripts/verify.sh", "target": "~/scripts", "chmod": "+x"},
    ]
    assert index["details"]["intro"] == {"text": "in.md", "foreground": "scripts/start.sh"}
    assert "handrail" not in index
    assert [item.message for item in left] == ["The image ubuntu:2004 became ubuntu; try the steps on it"]
    assert lint_scenario(tmp_path / "out") == ()


def test_what_killercoda_lacks_is_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = {"title": "T", "details": {"steps": [{"title": "O", "text": "a.md"}]}, "backend": {"imageid": "ubuntu"}}
    write(tmp_path / "s", {"index.json": json.dumps(index), "a.md": "`ls`{{execute T2}}\n\n>>Q<<\n=== a\n"})
    assert run("--to", "killercoda", "--from", str(tmp_path / "s"), str(tmp_path / "out")) == 0
    out = capsys.readouterr().out
    assert "a.md:1: Killercoda does not have a terminal by number (T2)." in out
    assert "a.md:3: Killercoda does not have a quiz." in out


@pytest.mark.parametrize(
    ("platform", "before", "after"),
    [
        ("killercoda", "`a`{{execute}}", "`a`{{exec}}"),
        ("killercoda", "`a` {{ exeucte interrupt T1 }}", "`a`{{exec interrupt T1}}"),
        ("killercoda", "```\n{{execute}}\n```{{execute HOST2}}.", "```\n{{execute}}\n```{{exec HOST2}}."),
        ("katacoda", "`a`{{exec}} `b`{{}}", "`a`{{execute}} `b`"),
        ("killercoda", "`{{execute}}` is how", "`{{execute}}` is how"),
        ("katacoda", "{{TRAFFIC_HOST1_80}}/x", K_80 + "/x"),
        ("killercoda", K_80 + "/x", "{{TRAFFIC_HOST1_80}}/x"),
        ("killercoda", K_80.replace("HOST_", "HOST2_"), "{{TRAFFIC_HOST2_80}}"),
        ("killercoda", "[[HOST_IP]]", "[[HOST_IP]]"),
    ],
)  # fmt: skip
def test_tokens_are_translated(platform: str, before: str, after: str) -> None:
    assert page(before, platform) == after  # type: ignore[arg-type]


def test_a_folder_with_something_in_it_is_not_overwritten(carrying: Path, tmp_path: Path) -> None:
    write(tmp_path / "out", {"mine.txt": "", ".git/config": "", "old/index.json": ""})
    words = ["--to", "killercoda", "--from", str(carrying), str(tmp_path / "out")]
    assert run(*words) == 2
    assert (tmp_path / "out" / "mine.txt").exists()
    assert run("--force", *words) == 0
    assert sorted(entry.name for entry in (tmp_path / "out").iterdir()) == [
        ".git",
        "assets",
        "in.md",
        "index.json",
        "scripts",
    ]


def test_the_scenario_itself_is_not_overwritten(carrying: Path) -> None:
    for folder in (carrying, carrying.parent):
        assert run("--force", "--to", "killercoda", "--from", str(carrying), str(folder)) == 2
    assert (carrying / "in.md").exists()


def test_a_picture_of_the_course_comes_along(tmp_path: Path) -> None:
    index = {
        "title": "T",
        "details": {"steps": [{"title": "O", "text": "pages/a.md"}]},
        "backend": {"imageid": "ubuntu"},
    }
    write(
        tmp_path / "course",
        {
            "structure.json": '{"items": [{"path": "s"}]}',
            "assets/x.png": "picture",
            "s/index.json": json.dumps(index),
            "s/pages/a.md": "![x](/owner/scenarios/course/assets/x.png)\n",
        },
    )
    export(load(tmp_path / "course" / "s"), tmp_path / "out", "killercoda")
    assert (tmp_path / "out" / "pages" / "a.md").read_text() == "![x](../assets/assets/x.png)\n"
    assert (tmp_path / "out" / "assets" / "assets" / "x.png").read_text() == "picture"
    assert lint_scenario(tmp_path / "out") == ()


def with_assets(root: Path, *files: str, page: str = "`ls`{{exec}}\n") -> Path:
    entries = [{"file": name, "target": "~/"} for name in files]
    details = {"steps": [{"title": "O", "text": "a.md"}], "assets": {"host01": entries}}
    index = {"title": "T", "details": details, "backend": {"imageid": "ubuntu"}}
    return write(root, {"index.json": json.dumps(index), "a.md": page, "assets/plain": "plain\n"})


def test_assets_whose_names_begin_with_a_dot_come_along(tmp_path: Path) -> None:
    root = with_assets(tmp_path / "s", ".vimrc", ".config/*", "plain")
    write(root, {"assets/.vimrc": "set number\n", "assets/.config/a": "a"})
    assert run("--to", "killercoda", "--from", str(root), str(tmp_path / "out")) == 0
    assert (tmp_path / "out/assets/.vimrc").read_text() == "set number\n"
    assert (tmp_path / "out/assets/.config/a").read_text() == "a"


@pytest.mark.parametrize("pattern", ["*", "**", "assets/*", "plain"])
def test_a_picture_of_the_course_does_not_become_an_asset(tmp_path: Path, pattern: str) -> None:
    page = "![x](/owner/scenarios/course/assets/x.png)\n"
    root = with_assets(tmp_path / "course/s", pattern, page=page)
    write(tmp_path / "course", {"structure.json": "{}", "assets/x.png": "picture", "s/assets/assets/own": ""})
    before = [file.target for file in list_assets(load(root)).files]
    export(load(root), tmp_path / "out", "killercoda")
    assert [file.target for file in list_assets(load(tmp_path / "out")).files] == before
    assert [each.code for each in lint_scenario(tmp_path / "out")] == []
    assert len(list((tmp_path / "out").rglob("x.png"))) == 1


def test_what_is_linked_in_the_course_comes_along_as_files(tmp_path: Path) -> None:
    root = with_assets(tmp_path / "course/s", "**")
    write(tmp_path / "course", {"structure.json": "{}", "common/a.md": "`pwd`{{exec}}\n", "common/tool": "tool"})
    (root / "a.md").unlink()
    (root / "a.md").symlink_to("../common/a.md")
    (root / "assets/shared").symlink_to("../../common")
    assert run("--to", "killercoda", "--from", str(root), str(tmp_path / "out")) == 0
    assert (tmp_path / "out/a.md").read_text() == "`pwd`{{exec}}\n"
    assert (tmp_path / "out/assets/shared/tool").read_text() == "tool"
    assert not any(each.is_symlink() for each in (tmp_path / "out").rglob("*"))


def test_nothing_is_written_or_replaced_when_the_export_would_not_be_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = with_assets(tmp_path / "s", "plain")
    out = write(tmp_path / "out", {"before.txt": "before"})
    monkeypatch.setattr(exporting, "differences", lambda one, other: ["The assets differ."])
    words = ["--force", "--to", "killercoda", "--from", str(root)]
    assert run(*words, str(out)) == 1
    assert run(*words, str(tmp_path / "new")) == 1
    assert "not written: read back, the scenario is not the same: The assets differ." in capsys.readouterr().err
    assert sorted(each.name for each in tmp_path.iterdir()) == ["out", "s"]
    assert [each.name for each in out.iterdir()] == ["before.txt"]


def course(root: Path) -> Path:
    index = {"title": "T", "details": {"steps": [{"title": "O", "text": "a.md"}]}, "backend": {"imageid": "ubuntu"}}
    for name in ("garden/plant", "garden/water", "kitchen/cook"):
        write(root / name, {"index.json": json.dumps({**index, "title": name}), "a.md": "`ls`{{execute}}\n"})
    return root


def test_a_repository_is_exported_whole_with_its_pathways_as_structures(tmp_path: Path) -> None:
    root = course(tmp_path / "repository")
    entries = [
        {"course_id": "water", "title": "Water it"},
        {"course_id": "cook", "pathway_id": "kitchen"},
        {"course_id": "gone"},
    ]
    write(root, {"garden-pathway.json": json.dumps({"title": "Garden", "courses": entries})})
    out = tmp_path / "out"
    assert run("--to", "killercoda", "--from", str(root), str(out)) == 0
    assert sorted(str(file.parent.relative_to(out)) for file in out.rglob("index.json")) == [
        "garden/plant",
        "garden/water",
        "kitchen/cook",
    ]
    assert json.loads((out / "garden/structure.json").read_text()) == {
        "title": "Garden",
        "description": "",
        "items": [{"path": "water", "title": "Water it"}, {"path": "../kitchen/cook"}],
    }
    assert (out / "garden/water/a.md").read_text() == "`ls`{{exec}}\n"
    back = tmp_path / "back"
    assert run("--to", "katacoda", "--from", str(out), str(back)) == 0
    courses = json.loads((back / "garden-pathway.json").read_text())["courses"]
    assert courses == [{"course_id": "water", "title": "Water it"}, {"course_id": "cook", "pathway_id": "kitchen"}]


def test_a_structure_comes_along_as_it_is(tmp_path: Path) -> None:
    root = course(tmp_path / "repository")
    text = '{"items":\n [{"path": "plant"}]}\n'
    write(root, {"garden/structure.json": text, "garden-pathway.json": '{"courses": [{"course_id": "water"}]}'})
    assert run("--to", "killercoda", "--from", str(root), str(tmp_path / "out")) == 0
    assert (tmp_path / "out/garden/structure.json").read_text() == text


def test_a_scenario_that_cannot_be_exported_holds_up_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = course(tmp_path / "repository")
    (root / "garden/plant/index.json").write_text("{")
    assert run("--to", "killercoda", "--from", str(root), str(tmp_path / "out")) == 2
    assert "garden/plant was not written:" in capsys.readouterr().err
    assert (tmp_path / "out/kitchen/cook/index.json").exists()


def test_a_script_that_needs_the_scenarios_folder_is_listed(tmp_path: Path) -> None:
    root = course(tmp_path / "repository") / "garden/plant"
    index = json.loads((root / "index.json").read_text())
    index["details"]["intro"] = {"text": "a.md", "background": "back.sh", "foreground": "fore.sh"}
    index["details"]["finish"] = {"text": "a.md", "background": "good.sh"}
    scripts = {
        "back.sh": '# $SCENARIO_DIR\nsh "$SCENARIO_DIR/../common.sh"\n',
        "fore.sh": "cat ${SCENARIO_DIR}/note\n",
        "good.sh": "here=${SCENARIO_DIR:-$HOME}\n",
    }
    write(root, {"index.json": json.dumps(index), **scripts})
    left = export(load(root), tmp_path / "out", "killercoda")
    assert [(item.path, item.line, item.message.split(";")[0]) for item in left] == [
        ("fore.sh", 1, "${SCENARIO_DIR} is known to handrail only"),
        ("back.sh", 2, "$SCENARIO_DIR/../common.sh is outside the scenario and does not come along"),
    ]


def test_an_editor_layout_is_taken_over(tmp_path: Path) -> None:
    root = course(tmp_path / "repository") / "garden/plant"
    index = json.loads((root / "index.json").read_text())
    write(root, {"index.json": json.dumps({**index, "environment": {"uilayout": "editor-terminal"}})})
    assert export(load(root), tmp_path / "out", "killercoda") == []
    written = json.loads((tmp_path / "out/index.json").read_text())
    assert (written["interface"], "environment" in written) == ({"layout": "ide"}, False)


def test_a_scenario_whose_script_is_missing_is_not_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = {"title": "T", "details": {"steps": [{"title": "One", "text": "one.md", "verify": "step1/verify.sh"}]}}
    write(tmp_path / "in", {"index.json": json.dumps(index), "one.md": "# One\n"})
    assert run("--to", "killercoda", "--from", str(tmp_path / "in"), str(tmp_path / "out")) == 2
    assert "step1/verify.sh" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
