"""Each lesson under more/ fits together: its files, its namespace, its images."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from handrail.cli import main

MORE = Path(__file__).parents[3] / "more"
LESSONS = [item["path"] for item in json.loads((MORE / "structure.json").read_text(encoding="utf-8"))["items"]]

# A file that a page names, seen from the folder in which the learner is.
NAMED = re.compile(r"(?<![\w/:.$@-])((?:[\w-]+/)+(?:[\w.-]+\.(?:py|sh|yaml|json|joblib|svg|txt|csv|java)|Dockerfile))")
# What is not there from the beginning: learners and commands make it, or it lies in the bucket.
MADE = {
    "bandit": {"manifests/forgetful.yaml"},
    "canary": {"manifests/v3.yaml"},
    "explain": {"explain/background.json", "manifests/pair.yaml", "results/contributions.svg"},
    "outliers": {"manifests/strict.yaml"},
    "pipeline": {"manifests/panel.yaml", "pipeline/tree.joblib"},
    "prepackaged-server": {
        "iris/model.joblib", "iris/2/model.joblib", "manifests/second.yaml", "model/model.joblib",
        "model/second.joblib",
    },
    "tracing": {"manifests/asked.yaml"},
    "your-model": {
        "manifests/wine.yaml", "wine/Dockerfile", "wine/WineModel.py", "wine/contract.json", "wine/model.joblib",
        "wine/train.py",
    },
}  # fmt: skip


def index(lesson: str) -> Any:
    return json.loads((MORE / lesson / "index.json").read_text(encoding="utf-8"))


def text_of(lesson: str) -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in sorted((MORE / lesson).glob("*.md")))


def resources(lesson: str) -> list[Any]:
    manifests = sorted((MORE / lesson / "manifests").glob("*.yaml"))
    return [one for path in manifests for one in yaml.safe_load_all(path.read_text(encoding="utf-8")) if one]


@pytest.mark.parametrize("lesson", LESSONS)
def test_index_names_files_that_exist(lesson: str) -> None:
    details = index(lesson)["details"]
    for page in [details["intro"], *details["steps"], details["finish"]]:
        for key in ("text", "foreground", "background", "verify"):
            assert key not in page or (MORE / lesson / page[key]).is_file(), page[key]
    for asset in details.get("assets", {}).get("host01", []):
        assert list((MORE / lesson / "assets").glob(asset["file"])), asset["file"]


@pytest.mark.parametrize("lesson", LESSONS)
def test_lesson_has_its_own_namespace_and_deletes_it(lesson: str) -> None:
    assert f"scripts/set-up.sh {lesson}\n" in text_of(lesson)
    assert (MORE / lesson / "scripts" / "clean.sh").read_text(encoding="utf-8").rstrip().endswith(f" {lesson}")
    namespaces = {one["metadata"]["namespace"] for one in resources(lesson) if "namespace" in one["metadata"]}
    assert namespaces == ({lesson} if resources(lesson) else set())


@pytest.mark.parametrize("lesson", LESSONS)
def test_pages_build_the_images_that_manifests_run(lesson: str) -> None:
    used = set(re.findall(r"localhost/([\w-]+:[\w.]+)", json.dumps(resources(lesson))))
    built = set(re.findall(r"scripts/build-image\.sh (\S+) \S+", text_of(lesson)))
    assert used or not resources(lesson)
    assert used <= built


def test_text_that_lessons_share_is_there_once() -> None:
    own = [path for path in MORE.rglob("scripts/*") if path.is_file() and not path.is_symlink()]
    places: dict[bytes, list[str]] = {}
    for path in own:
        places.setdefault(path.read_bytes(), []).append(str(path.relative_to(MORE)))
    assert [paths for paths in places.values() if len(paths) > 1] == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_links_of_a_lesson_lead_to_the_shared_scripts(lesson: str) -> None:
    links = [path for path in (MORE / lesson).rglob("*") if path.is_symlink()]
    assert links
    # Inside more/, so that a copy of the course without its checkout is whole, too.
    assert {path.resolve() for path in links} <= set((MORE / "scripts").iterdir())


@pytest.mark.parametrize("lesson", LESSONS)
def test_export_carries_the_text_of_shared_scripts(lesson: str, tmp_path: Path) -> None:
    assert main(["export", str(tmp_path / "out"), "--to", "killercoda", "--from", str(MORE / lesson)]) == 0
    for name in ("start.sh", "prepare.sh", "verify-step1.sh"):
        exported = tmp_path / "out" / "scripts" / name
        assert not exported.is_symlink()
        assert exported.read_bytes() == (MORE / lesson / "scripts" / name).read_bytes()


@pytest.mark.parametrize("lesson", LESSONS)
def test_scripts_named_on_pages_exist(lesson: str) -> None:
    names = set(re.findall(r"(?<![\w/])scripts/[\w-]+\.(?:sh|py)", text_of(lesson)))
    assert names
    for name in names:
        assert (MORE / lesson / name).exists() or (MORE.parent / name).exists(), name


@pytest.mark.parametrize("lesson", LESSONS)
def test_files_named_on_pages_are_where_the_learner_is(lesson: str, tmp_path: Path) -> None:
    folder = tmp_path / "seldon-iris"
    shutil.copytree(MORE / lesson / "assets", folder)
    start = ["bash", "-c", '. "$SCENARIO_DIR/scripts/start.sh"']
    environment = {**os.environ, "HOME": str(tmp_path), "SCENARIO_DIR": str(MORE / lesson), "TERM": "dumb"}
    subprocess.run(start, env=environment, check=True, capture_output=True)
    named = set(NAMED.findall(text_of(lesson)))
    assert {name for name in named if not (folder / name).is_file()} == MADE.get(lesson, set())


@pytest.mark.parametrize("lesson", LESSONS)
def test_editor_begins_where_the_learner_is(lesson: str) -> None:
    assert index(lesson)["environment"]["uieditorpath"] == "/root/seldon-iris"


@pytest.mark.parametrize("page", ["intro.md", "finish.md"])
def test_first_lesson_leads_to_every_other(page: str) -> None:
    linked = set(re.findall(r"\]\(more/([\w-]+)\)", (MORE.parent / page).read_text(encoding="utf-8")))
    assert linked == set(LESSONS)


@pytest.mark.parametrize("lesson", LESSONS)
def test_intro_says_what_it_needs(lesson: str) -> None:
    text = (MORE / lesson / "intro.md").read_text(encoding="utf-8")
    needs = text.partition("## What you need\n")[2]
    assert "](../..)" in needs
    for path in re.findall(r"\]\((\.\./[^)]*)\)", text):
        assert (MORE / lesson / path / "index.json").is_file(), path


@pytest.mark.parametrize("lesson", LESSONS)
def test_last_step_tries_what_goes_wrong_and_has_an_exercise_with_hints(lesson: str) -> None:
    step = index(lesson)["details"]["steps"][-1]
    text = (MORE / lesson / step["text"]).read_text(encoding="utf-8")
    trouble, _, exercise = text.partition("## Your task\n")
    assert "scripts/inject_faults.py" in trouble
    hints, _, solution = exercise.partition("<summary>Show a solution</summary>")
    assert [int(number) for number in re.findall(r"<summary>Hint (\d):", hints)] == [1, 2, 3]
    assert "```" not in hints, "an exercise gives no command but in its solution"
    assert "{{exec}}" in solution
    assert step["verify"].endswith(f"verify-{step['text'].removesuffix('.md')}.sh")
