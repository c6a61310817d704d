"""What tests of `handrail lint` begin with: a small scenario, and a run as its user makes it."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from handrail.lint import cli
from handrail.lint.engine import lint_scenario

PAGE = "# One\n\nLook around:\n\n```\nls -l\npwd\n```{{exec}}\n\nThen run `date`{{exec}} and read **what** it says.\n"


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    return root


def good(root: Path, page: str = PAGE, **index: object) -> Path:
    steps = [{"title": "One", "text": "one.md"}]
    whole = {"title": "T", "details": {"steps": steps}, "backend": {"imageid": "ubuntu"}, **index}
    return write(root, {"index.json": json.dumps(whole), "one.md": page})


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    cli.add_arguments(parser)
    return cli.run(parser.parse_args(list(words)))


Run = Callable[..., int]


def found(root: Path, code: str) -> list[tuple[int, int, str]]:
    return [(problem.line, problem.column, problem.message) for problem in lint_scenario(root) if problem.code == code]
