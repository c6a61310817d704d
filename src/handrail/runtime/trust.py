"""Where a scenario may run: in a container unless its user has said that it may run on this machine.

The answer is asked for once and kept for the folder, with a digest of everything that would be run: when a script or
a page changes, it is asked again.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from handrail.atomic_write import write_atomically
from handrail.errors import HandrailError
from handrail.runtime.folders import state_folder
from handrail.runtime.host import Host, Runtime
from handrail.runtime.workspace import Workspace
from handrail.scenario import safe_paths
from handrail.scenario.assets import to_lay_out
from handrail.scenario.reader import Scenario


class NotApproved(HandrailError):
    """The scenario may not run; the text says why and what to do."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that say where a scenario runs."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--image",
        help="run it in a container of this image, not of the one that its imageid stands for; "
        "the image needs bash 5.1 or newer",
    )
    where.add_argument(
        "--host",
        action="store_true",
        help="run its commands and scripts on this machine, as you, not in a container: "
        "they get a home folder of their own, and are not shut in",
    )


def choose(
    scenario: Scenario, workspace: Workspace, args: argparse.Namespace, *, may_ask: bool = True, say: bool = True
) -> Runtime:  # fmt: skip
    """The place to run in. Raises NotApproved.

    `--host` and `--image` are answers in themselves, for this once; what will be run, and where, is shown on standard
    error. may_ask: somebody can be asked on this terminal. say: it has not been shown yet.
    """
    if args.host:
        if say:
            print(summary(scenario, workspace), file=sys.stderr)
        return Host(scenario, workspace)
    if args.image is None and is_approved(scenario):
        return Host(scenario, workspace)
    # Imported here: a scenario that may run on this machine needs none of it.
    from handrail.runtime.containers import Containers
    from handrail.runtime.engine import Engine, EngineError, find_engine
    from handrail.runtime.image_table import NoImage

    why = ""
    try:
        place = Containers(scenario, workspace, Engine(find_engine()), args.image)
    except (EngineError, NoImage) as error:
        why = str(error)
    if args.image is None and may_ask and _ask(scenario, workspace, why):
        _remember(scenario, fingerprint(scenario))
        return Host(scenario, workspace)
    if args.image is not None and why:
        raise NotApproved(f"{scenario.name} cannot run in a container of {args.image}: {why}")
    if why:
        raise NotApproved(
            f"{scenario.name} has not been approved to run on this machine, and no container can take it: {why} "
            "Or look at its scripts, then pass --host to run it here."
        )
    if say:
        print(f"{scenario.name} runs in a container of {place.image}; --host runs it on this machine.", file=sys.stderr)
    return place


def summary(scenario: Scenario, workspace: Workspace) -> str:
    """What will be run, for the user's eyes."""
    scripts = [
        str(path.relative_to(scenario.root.resolve()))
        for page in scenario.pages
        for path in (page.foreground, page.background, page.verify)
        if path is not None
    ] + [str(path.relative_to(scenario.root.resolve())) for path in _own_scripts(scenario)]
    names = ", ".join(dict.fromkeys(scripts)) or "none"
    return (
        f"{scenario.name} runs on this machine, with {workspace.home} as its home.\n"
        f"It runs the commands on its pages, and these scripts: {names}."
    )


def fingerprint(scenario: Scenario) -> str:
    """A digest of the index, the pages, the scripts and the assets."""
    digest = hashlib.sha256()
    for path in sorted(set(_files(scenario))):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{os.path.relpath(path, scenario.root)}\0{content}\0".encode(errors="surrogateescape"))
    return digest.hexdigest()


def _own_scripts(scenario: Scenario) -> Iterator[Path]:
    """Those of the scenario as a whole, run without a click or by one that does not show them."""
    for key in ("status", "cleanup"):
        name = scenario.extra.get(key)
        if isinstance(name, str):
            with contextlib.suppress(safe_paths.UnsafePath):  # told when it is to be run
                yield safe_paths.named(scenario.root, name)


def _files(scenario: Scenario) -> Iterator[Path]:
    yield scenario.index
    yield from _own_scripts(scenario)
    for page in scenario.pages:
        for path in (page.text, page.foreground, page.background, page.verify, page.answer, page.hint):
            if path is not None:
                yield path
    for asset in to_lay_out(scenario).files:
        yield asset.source


def _ask(scenario: Scenario, workspace: Workspace, why: str) -> bool:
    """Whether the user says yes to this machine. Without a terminal nobody is asked, and the answer is no."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    print(f"{scenario.name} comes from somebody else, as far as handrail knows.", file=sys.stderr)
    if why:
        print(f"No container can take it: {why}", file=sys.stderr)
    print(summary(scenario, workspace).replace(" runs on ", " would run on ", 1), file=sys.stderr)
    otherwise = "it is not run" if why else "it runs in a container"
    print(f"Run it on this machine from now on? [y/N: {otherwise}] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def is_approved(scenario: Scenario) -> bool:
    """Whether the user has said that it may run on this machine, as it is now."""
    return _remembered(scenario) == fingerprint(scenario)


def _remembered(scenario: Scenario) -> str | None:
    try:
        answers = json.loads(_answers_file().read_text(encoding="utf-8"))
        return str(answers[str(scenario.root.resolve())])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _remember(scenario: Scenario, digest: str) -> None:
    path = _answers_file()
    try:
        answers = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        answers = {}
    answers[str(scenario.root.resolve())] = digest
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, json.dumps(answers, indent=1))


def _answers_file() -> Path:
    return state_folder() / "approved.json"
