"""`handrail doctor SCENARIO`: what this machine can run of it, and why not the rest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from handrail.runtime import programs
from handrail.scenario.reader import load

from ..conftest import MakeScenario

PAGE = """# Try

```
cd /tmp && no-such-tool --fast | sort
here; PORT=1 greet; NAMES+="one" && names=(a b)
cat > notes <<END
another-tool that is only text
END
```{{exec}}

```python
imported_name()
```{{exec}}

<!-- handrail: skip="needs it" -->
`absent-tool`{{exec}}
"""


def test_programs_are_the_first_words_of_commands(make_scenario: MakeScenario) -> None:
    root = make_scenario(PAGE, files={"lib.sh": "greet() {\n  echo hello\n}\n"})
    assert programs.called(load(root)) == {
        "cd": "step1.md:4", "no-such-tool": "step1.md:4", "sort": "step1.md:4", "here": "step1.md:5",
        "cat": "step1.md:6",
    }  # fmt: skip


@pytest.fixture
def doctor(tmp_path: Path) -> list[str]:
    return [sys.executable, "-m", "handrail", "doctor"]


def said(command: list[str], folder: Path, state: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "XDG_STATE_HOME": str(state), "XDG_CONFIG_HOME": str(state)}
    return subprocess.run([*command, str(folder)], capture_output=True, text=True, env=env, check=False)


def test_what_is_missing_is_named_with_its_place(
    make_scenario: MakeScenario, doctor: list[str], tmp_path: Path
) -> None:
    done = said(doctor, make_scenario(PAGE), tmp_path / "state")
    assert done.returncode == 0
    assert "note    here      no-such-tool is not there (step1.md:4)" in done.stdout
    assert "sort is not there" not in done.stdout
    assert "--host" in done.stdout


def test_an_image_that_nobody_knows_is_told(make_scenario: MakeScenario, doctor: list[str], tmp_path: Path) -> None:
    done = said(doctor, make_scenario("x", backend={"imageid": "kubernetes-cluster"}), tmp_path / "state")
    assert "no container image is known for the imageid kubernetes-cluster" in done.stdout


def test_a_scenario_that_cannot_be_read_is_missing_something(
    make_scenario: MakeScenario, doctor: list[str], tmp_path: Path
) -> None:
    root = make_scenario({"text": "x", "verify": "true"})
    (root / "step1-verify.sh").unlink()
    done = said(doctor, root, tmp_path / "state")
    assert done.returncode == 1
    assert "step1-verify.sh does not exist" in done.stdout


def test_a_folder_that_holds_none_is_refused_in_a_sentence(doctor: list[str], tmp_path: Path) -> None:
    done = said(doctor, tmp_path / "nowhere", tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
