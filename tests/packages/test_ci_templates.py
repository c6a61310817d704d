"""What a repository of scenarios puts into its CI: the steps of each template run as that service would run them."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import must, run

pytestmark = pytest.mark.timeout(600)


class Job:
    """The steps of `action.yml` on a runner with a workspace of scenarios."""

    def __init__(self, action: Path, workspace: Path, temp: Path, bare: dict[str, str]) -> None:
        self.action: dict[str, Any] = yaml.safe_load((action / "action.yml").read_text())
        self.workspace, self.summary = workspace, temp / "summary.md"
        temp.mkdir(exist_ok=True)
        self.env = {
            **bare, "GITHUB_ACTIONS": "true", "GITHUB_ACTION_PATH": str(action), "RUNNER_TEMP": str(temp),
            "GITHUB_STEP_SUMMARY": str(self.summary), "GITHUB_WORKSPACE": str(workspace),
        }  # fmt: skip

    def run(self, **given: str) -> tuple[dict[str, int], str]:
        """The exit status of each step by its name, up to the first that fails; and all that they printed."""
        assert self.action["runs"]["using"] == "composite"
        known = set(self.action["inputs"])
        assert set(given) <= known
        inputs = {name: str(about["default"]) for name, about in self.action["inputs"].items()} | given
        values = {f"inputs.{name}": value for name, value in inputs.items()}
        values["steps.python.outputs.python-path"] = "python3"
        statuses, printed = {}, ""
        for step in self.action["runs"]["steps"]:
            if "uses" in step:
                assert step["uses"].startswith("actions/setup-python@")
                continue
            if not self._wanted(step.get("if"), values):
                continue
            assert "${{" not in step["run"], "a value in a script would be run as code; it belongs into env"
            env = {name: self._filled(value, values) for name, value in step.get("env", {}).items()}
            script = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
            done = run(*script, cwd=self.workspace, env={**self.env, **env})
            statuses[step["name"]] = done.returncode
            printed += done.stdout + done.stderr
            if done.returncode:
                break
        return statuses, printed

    @staticmethod
    def _filled(text: str, values: dict[str, str]) -> str:
        return re.sub(r"\$\{\{ *(\S+) *\}\}", lambda found: values[found[1]], text)

    @staticmethod
    def _wanted(condition: str | None, values: dict[str, str]) -> bool:
        if condition is None:
            return True
        found = re.fullmatch(r"(\S+) != '(\w+)'", condition)
        assert found is not None, f"this test does not know the condition {condition}"
        return values[found[1]] != found[2]


@pytest.fixture
def job(checkout: Path, scenarios: Path, tmp_path: Path, bare: dict[str, str]) -> Job:
    return Job(checkout, scenarios, tmp_path / "temp", {**bare, "XDG_STATE_HOME": str(tmp_path / "state")})


def test_the_action_lints_and_tests_and_annotates_what_fails(job: Job) -> None:
    statuses, printed = job.run(junit="report.xml")
    assert statuses == {"Install handrail": 0, "Lint": 0, "Test": 1}, printed
    assert "::error file=bad/step1/text.md,line=" in printed
    told = job.summary.read_text()
    assert "| good | passed |" in told
    assert "| bad | failed |" in told
    assert (job.workspace / "report.xml").exists()


def test_gitlabs_component_runs_and_leaves_a_report(
    checkout: Path, scenarios: Path, tmp_path: Path, bare: dict[str, str]
) -> None:
    spec, jobs = yaml.safe_load_all((checkout / "templates/handrail.yml").read_text())
    inputs = {name: about.get("default") for name, about in spec["spec"]["inputs"].items()}
    inputs |= {"source": str(checkout), "path": "good"}
    (job,) = jobs.values()

    def filled(text: str) -> str:
        return re.sub(r"\$\[\[ inputs\.(\w+) \]\]", lambda found: inputs[found[1]], text)

    variables = {name: filled(value) for name, value in job["variables"].items()}
    place = str(tmp_path / "handrail")
    script = "\n".join(job["script"]).replace("/tmp/handrail", place)
    must("bash", "-eo", "pipefail", "-c", script, cwd=scenarios, env={**bare, **variables})
    assert (scenarios / job["artifacts"]["reports"]["junit"]).exists()


def test_pre_commit_runs_the_hook_from_this_repository(
    checkout: Path, tools: Path, scenarios: Path, tmp_path: Path, bare: dict[str, str]
) -> None:
    env = {**bare, "PRE_COMMIT_HOME": str(tmp_path / "pre-commit"), "PATH": f"{tools}{os.pathsep}{bare['PATH']}"}
    (scenarios / "good/index.json").write_text("{")
    hook = ["pre-commit", "try-repo", str(checkout), "handrail-lint", "--all-files"]
    done = subprocess.run(hook, cwd=scenarios, env=env, text=True, capture_output=True, check=False, timeout=600)
    assert done.returncode == 1
    assert "json-syntax" in done.stdout, done.stdout + done.stderr
