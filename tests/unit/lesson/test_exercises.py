"""The exercises of the further lessons: what is graded tells the page's solution from the lesson's own files."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from handrail.markdown.api import render

REPO = Path(__file__).parents[3]
MORE = REPO / "more"
SOLUTION = re.compile(r"<summary>Show a solution</summary>(.*?)</details>", re.DOTALL)
PYTHON = re.compile(r"python - <<'EOF'\n(.*?)^EOF$", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"cat > (\S+) <<'EOF'\n(.*?)^EOF$", re.DOTALL | re.MULTILINE)
GRADED = Path(__file__).with_name("graded")
LESSONS = sorted(path.stem for path in GRADED.glob("*.py"))
# What the program of each lesson finds, with the lesson's own files and with those of the solution.
FOUND = {
    "drift": [[True, False, True, False, False], [False, False, True, False, False]],
    "explain": [[0.33, 0.31, 0.36], [0.01, 0.45, 0.54]],
    "outliers": [
        [[200, ""], [200, ""]],
        [[200, ""], [400, "row 2 is an outlier: the model knows nothing like it"]],
    ],
    "payload-logging": [
        "3 @ 4.50 of @noon for <anna.berg@example.org>, Bo+News_7@mail.Example-Farm.com",
        "3 @ 4.50 of @noon for <[email]>, [email]",
    ],
    "pipeline": [["too many values to unpack (expected 2)", 0.0], [[[0.4, 0.6]], 0.6]],
    "your-model": [[3, 3], [3, [400, "magnesium: 900 is not between 70 and 162"]]],
}
# Each program in the two folders, in one process: what they import takes longer than what they do.
RUNNER = """
import json, os, sys, warnings
warnings.simplefilter("ignore")
found, known, paths = {}, set(sys.modules), list(sys.path)
for name, program in json.load(sys.stdin).items():
    found[name] = []
    for variant in ("lesson", "solution"):
        os.chdir(os.path.join(ROOT, name, variant))
        os.environ["LESSON_DIR"] = os.getcwd()
        there = {"find": None}
        exec(program, there)
        found[name].append(there["find"]())
        sys.path[:] = paths
        for module in [one for one in sys.modules if one not in known]:
            file = getattr(sys.modules[module], "__file__", None) or ""
            if file.startswith((ROOT, MORE)):
                del sys.modules[module]
print("FOUND" + json.dumps(found))
"""


@pytest.fixture(scope="module")
def lesson_python() -> str:
    """The Python in which lessons and checks run."""
    script = ["bash", str(REPO / "scripts" / "lesson-env.sh")]
    made = subprocess.run(script, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    return made.stdout.strip().splitlines()[-1]


def lay_out(lesson: str, folder: Path) -> Path:
    """The learner's folder as the lesson begins."""
    shutil.copytree(MORE / lesson / "assets", folder)
    shutil.copytree(MORE / lesson / "manifests", folder / "manifests")
    if lesson in ("drift", "outliers"):
        shutil.copytree(MORE / "metrics/assets/client", folder / "client")
    return folder


def last_page(lesson: str) -> str:
    index: dict[str, Any] = json.loads((MORE / lesson / "index.json").read_text(encoding="utf-8"))
    name: str = index["details"]["steps"][-1]["text"]
    return (MORE / lesson / name).read_text(encoding="utf-8")


def solve(page: str, folder: Path, python: str) -> None:
    """What a page's solutions write, without what they do with the cluster."""
    for block in render("\n".join(SOLUTION.findall(page)), "page").blocks:
        for name, text in FILE.findall(block.text):
            (folder / name).write_text(text, encoding="utf-8")
        for program in PYTHON.findall(block.text):
            subprocess.run([python, "-c", program], cwd=folder, check=True)


def of_check(lesson: str, name: str) -> ModuleType:
    """A module of a lesson's checks that needs nothing but Python."""
    spec = importlib.util.spec_from_file_location(f"{lesson}_{name}", MORE / lesson / "tests" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_is_graded_differs_between_lesson_and_solution(tmp_path: Path, lesson_python: str) -> None:
    programs = {lesson: (GRADED / f"{lesson}.py").read_text(encoding="utf-8") for lesson in LESSONS}
    for lesson in LESSONS:
        for variant in ("lesson", "solution"):
            folder = lay_out(lesson, tmp_path / lesson / variant)
            if lesson == "your-model":  # the learner writes all of it
                for step in ("step1.md", "step2.md", "step3.md"):
                    solve((MORE / lesson / step).read_text(encoding="utf-8"), folder, lesson_python)
            if variant == "solution":
                solve(last_page(lesson), folder, lesson_python)
    program = f"ROOT, MORE = {str(tmp_path)!r}, {str(MORE)!r}\n{RUNNER}"
    env = {**os.environ, "MORE": str(MORE), "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        [lesson_python, "-c", program], input=json.dumps(programs), env=env, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout.rpartition("FOUND")[2])
    assert found == FOUND


history = of_check("metrics", "history")
# There for a minute, away for half a minute, and there again; then away for eight seconds.
AWAY = {float(second) for second in range(60, 92, 2)}
BLINK = {float(second) for second in range(200, 210, 2)}


def test_long_absence_counts_and_a_blink_does_not() -> None:
    assert history.absences(AWAY | BLINK) == [(60.0, 90.0)]


@pytest.mark.parametrize(
    ("said", "missed", "wolf"),
    [
        (AWAY | BLINK, False, False),
        ({moment + 12 for moment in AWAY}, False, False),  # it looks back some seconds
        (AWAY, False, False),  # a blink need not be told of
        (set(), True, False),
        ({moment for moment in AWAY if moment < 80}, True, False),
        ({float(second) for second in range(0, 300, 2)}, False, True),
        (AWAY | {20.0}, False, True),
    ],
    ids=["as it was", "later", "but a blink", "never", "too short", "always", "before"],
)
def test_rule_is_judged_by_what_happened(said: set[float], missed: bool, wolf: bool) -> None:
    gone = AWAY | BLINK
    assert bool(history.missed(gone, said)) == missed
    assert bool(history.cried_wolf(gone, said)) == wolf


def test_rule_of_the_solution_is_one_of_the_monitors_rules(tmp_path: Path, lesson_python: str) -> None:
    folder = lay_out("metrics", tmp_path / "metrics")
    solve(last_page("metrics"), folder, lesson_python)
    first = next(yaml.safe_load_all((folder / "manifests/monitor.yaml").read_text(encoding="utf-8")))
    (group,) = yaml.safe_load(first["data"]["rules.yml"])["groups"]
    assert [rule["alert"] for rule in group["rules"]] == ["ModelErrors", "ModelGone", "ModelSlow"]


def test_graph_of_the_solution_asks_a_third_model(tmp_path: Path, lesson_python: str) -> None:
    folder = lay_out("pipeline", tmp_path / "pipeline")
    solve(last_page("pipeline"), folder, lesson_python)
    panel = yaml.safe_load((folder / "manifests/panel.yaml").read_text(encoding="utf-8"))
    (predictor,) = panel["spec"]["predictors"]
    average = predictor["graph"]["children"][0]["children"][0]
    files = [child["parameters"][0]["value"] for child in average["children"]]
    assert files == ["linear.joblib", "neighbours.joblib", "tree.joblib"]
    containers = predictor["componentSpecs"][0]["spec"]["containers"]
    assert {container["image"] for container in containers} == {"localhost/pipeline:0.2"}
    assert [container["name"] for container in containers][-1] == "tree"
    assert "tree.joblib ./" in (folder / "pipeline/Dockerfile").read_text(encoding="utf-8")


def test_sampler_of_the_solution_says_never(tmp_path: Path, lesson_python: str) -> None:
    folder = lay_out("tracing", tmp_path / "tracing")
    solve(last_page("tracing"), folder, lesson_python)
    (predictor,) = yaml.safe_load((folder / "manifests/asked.yaml").read_text(encoding="utf-8"))["spec"]["predictors"]
    settings = {one["name"]: one["value"] for one in predictor["svcOrchSpec"]["env"]}
    decided = (settings["JAEGER_SAMPLER_TYPE"], settings["JAEGER_SAMPLER_PARAM"], settings["JAEGER_SERVICE_NAME"])
    assert decided == ("const", "0", "asked")
    assert settings["TRACING"] == "1"


def test_java_of_the_solution_looks_before_it_asks_the_model(tmp_path: Path, lesson_python: str) -> None:
    folder = lay_out("java", tmp_path / "java")
    solve(last_page("java"), folder, lesson_python)
    text = (folder / "java/src/main/java/iris/IrisModel.java").read_text(encoding="utf-8")
    assert text.index("throw new BadRequest(") < text.index("try (OnnxTensor")


def test_questions_of_trees_are_counted_on_the_longest_way() -> None:
    trees = of_check("frameworks", "trees")
    stump = {"left_children": [-1], "right_children": [-1]}
    chain = {"left_children": [1, 3, -1, -1, 5, -1, -1], "right_children": [2, 4, -1, -1, 6, -1, -1]}
    model = {"learner": {"gradient_booster": {"model": {"trees": [stump, chain]}}}}
    assert trees.depths(model) == [0, 3]


def test_model_of_the_solution_is_shorter_and_elsewhere(tmp_path: Path) -> None:
    folder = lay_out("frameworks", tmp_path / "frameworks")
    lines = [line for line in last_page("frameworks").splitlines() if line.startswith("sed -i ")]
    subprocess.run(["bash", "-ec", "\n".join(lines)], cwd=folder, check=True)
    assert '"xgboost-2/model.json": (XGBClassifier(n_estimators=50, max_depth=2)' in (
        (folder / "model/train.py").read_text(encoding="utf-8")
    )
    manifest = yaml.safe_load((folder / "manifests/xgboost.yaml").read_text(encoding="utf-8"))
    assert manifest["spec"]["predictors"][0]["graph"]["modelUri"] == "s3://models/xgboost-2"
