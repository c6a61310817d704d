"""`handrail export`: a folder that can be pushed to Killercoda or Katacoda, and a list of what stays behind."""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from handrail.errors import HandrailError
from handrail.export import course
from handrail.export.compare import differences
from handrail.export.plan import Left, plan
from handrail.export.tokens import Platform
from handrail.lint.context import Context
from handrail.problems import ScenarioError
from handrail.scenario import index_text
from handrail.scenario.course import find_scenarios
from handrail.scenario.reader import INDEX_NAMES, Scenario, load

_NOT_CARRIED = frozenset({"file-missing", "file-too-big", "not-a-file", "path-escape"})
"""Problems of a file that the index names and that cannot come along."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `handrail export`."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="the folder to write")
    parser.add_argument("--to", choices=("killercoda", "katacoda"), required=True, help="the platform")
    parser.add_argument(
        "--from",
        dest="source",
        metavar="PATH",
        type=Path,
        default=Path(),
        help="the scenario, or a folder of scenarios (default: .)",
    )
    parser.add_argument("--force", action="store_true", help="replace what is in DIR, except hidden files")


def run(args: argparse.Namespace) -> int:
    """0: written. 1: not written, for read back it would not be the same scenario. 2: not written."""
    worst = 0
    try:
        roots = _scenarios(args.source)
        one = roots == [args.source]
        if not one:
            _refuse(args.source, args.folder, args.force)
        more = [] if one else list(course.listings(args.source, args.to))
    except (HandrailError, OSError) as error:
        print(f"handrail: {error}", file=sys.stderr)
        return 2
    for root in roots:
        folder = args.folder / root.relative_to(args.source)
        try:
            scenario = load(root)
            broken = [problem for problem in scenario.problems if problem.code in _NOT_CARRIED]
            if broken:
                # Written without it, the scenario would be another one, and only its learners would notice.
                raise ScenarioError(broken[0])
            left = export(scenario, folder, args.to, force=args.force)
        except NotTheSame as error:
            print(f"handrail: {root} was not written: {error}", file=sys.stderr)
            worst = max(worst, 1)
            continue
        except (HandrailError, OSError) as error:
            print(f"handrail: {error}" if one else f"handrail: {root} was not written: {error}", file=sys.stderr)
            worst = 2
            continue
        _say(folder, args.to, left)
    for name, text in more:
        _write(args.folder, name, text.encode(), 0o644)
        print(f"Wrote {args.folder / name}.")
    return worst


def _say(folder: Path, platform: Platform, left: list[Left]) -> None:
    name = {"killercoda": "Killercoda", "katacoda": "Katacoda"}[platform]
    print(f"Wrote {folder} for {name}.")
    if left:
        print(f"What {name} does not take over as it is:")
        for item in left:
            print(f"  {item.path}:{item.line}: {item.message}.")


def _scenarios(source: Path) -> list[Path]:
    """`source` itself, or what it holds when it is a repository or a course."""
    if not source.is_dir() or any(os.path.lexists(source / name) for name in INDEX_NAMES):
        return [source]
    return [source / root.relative_to(source.absolute()) for root in find_scenarios(source)] or [source]


class NotTheSame(HandrailError):
    """What would be written is not the same scenario when it is read back."""


def export(scenario: Scenario, folder: Path, platform: Platform, *, force: bool = False) -> list[Left]:
    """Write the scenario for `platform` to `folder`; say what cannot be carried over.

    It is written aside, read back, and put in its place only when it is still the same scenario. Raises `NotTheSame`,
    `HandrailError`.
    """
    folder = Path(os.path.abspath(folder))
    _refuse(scenario.root, folder, force)
    made = plan(Context(scenario, index_text.read(scenario.root, scenario.index.name)), platform)
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        for name, (content, mode) in made.files.items():
            _write(aside, name, content, mode)
        _write(aside, "index.json", made.index_text().encode(), 0o644)
        wrong = list(differences(scenario, load(aside)))
        if wrong:
            raise NotTheSame(f"read back, the scenario is not the same: {' '.join(wrong)}")
        _put(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return made.left


def _refuse(source: Path, folder: Path, force: bool) -> None:
    root = os.path.realpath(source)
    target = os.path.realpath(folder)
    if root == target or root.startswith(target + "/"):
        raise HandrailError(f"{folder} holds the scenario itself. Name another folder.")
    if folder.exists() and not folder.is_dir():
        raise HandrailError(f"{folder} is a file. Name a folder.")
    if not force and folder.is_dir() and any(not name.startswith(".") for name in os.listdir(folder)):
        raise HandrailError(f"{folder} is not empty. Name another folder, or replace what is in it with --force.")


def _write(base: Path, name: str, content: bytes | Path, mode: int) -> None:
    path = base / name
    if ".." in Path(name).parts or (path.is_absolute() and not path.is_relative_to(base)):
        raise HandrailError(f"{name} leaves the export's folder. Rename it.")
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, Path):
        shutil.copyfile(content, path)
    else:
        path.write_bytes(content)
    path.chmod(mode | 0o600)


def _put(aside: Path, folder: Path) -> None:
    """Move the finished export into place. Hidden entries of the folder, such as .git, stay."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        if not old.name.startswith("."):
            shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()
    for new in aside.iterdir():
        os.replace(new, folder / new.name)
