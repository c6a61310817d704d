"""`handrail doctor SCENARIO`: what this machine can run of a scenario, and why not the rest."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from handrail.errors import SessionError
from handrail.runtime import programs, trust
from handrail.runtime.engine import EngineError, find_engine
from handrail.runtime.finding import Finding
from handrail.runtime.image_table import NoImage, image_for
from handrail.scenario.reader import Scenario, load

# `type` knows builtins, keywords and functions, too.
_MISSING = 'for name; do type "$name" >/dev/null 2>&1 || echo "$name"; done'
_MOST = 12


def examine(folder: Path) -> Iterator[Finding]:
    """Look at the scenario in `folder` beside this machine. Raises ScenarioError."""
    scenario = load(folder)
    errors = [str(problem) for problem in scenario.problems if problem.severity == "error"]
    if errors:
        yield Finding("scenario", False, errors[0], "mend it: handrail lint " + str(folder))
        return
    yield Finding("scenario", True, f"{scenario.title or scenario.name}: {len(scenario.pages)} pages can be read")
    yield from _here(scenario)
    yield from _container(scenario)


def _here(scenario: Scenario) -> Iterator[Finding]:
    """Whether it may and can run on this machine itself."""
    approved = trust.is_approved(scenario)
    yield Finding(
        "here", True if approved else None,
        "it may run on this machine: you have approved it as it is" if approved else "it has not been approved",
        "look at its scripts, then pass --host to run it here",
    )  # fmt: skip
    yield from _programs("here", scenario, ["bash"])


def _container(scenario: Scenario) -> Iterator[Finding]:
    """Whether a container can take it."""
    try:
        image = image_for(scenario.imageid)
    except NoImage as error:
        yield Finding("container", None, str(error))
        return
    try:
        engine = find_engine()
    except EngineError as error:
        yield Finding("container", None, f"it would run in {image}, but {error}")
        return
    listed = subprocess.run([engine, "image", "inspect", image], capture_output=True)
    if listed.returncode != 0:
        remedy = f"fetch it ({Path(engine).name} pull {image}), or name another one with --image"
        yield Finding("container", None, f"its image {image} is not on this machine yet", remedy)
        return
    yield Finding("container", True, f"its image {image} is here")
    yield from _programs("container", scenario, [engine, "run", "--rm", "--network=none", image, "bash"])


def _programs(subject: str, scenario: Scenario, shell: Sequence[str]) -> Iterator[Finding]:
    """The programs that the scenario calls and `shell` does not know, with the place of the first call of each."""
    called = programs.called(scenario)
    try:
        asked = subprocess.run(
            [*shell, "-c", _MISSING, "bash", *called], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SessionError(f"The programs cannot be looked for: {error}.") from None
    missing = [name for name in asked.stdout.split() if name in called]
    if not missing:
        yield Finding(subject, True, f"all of the {len(called)} programs that it calls are there")
        return
    for name in missing[:_MOST]:
        yield Finding(
            subject, None, f"{name} is not there ({called[name]})", "install it, unless the lesson does so itself"
        )
    if len(missing) > _MOST:
        yield Finding(subject, None, f"… and {len(missing) - _MOST} programs more are not there")
