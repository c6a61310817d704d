"""A page as the browser gets it: HTML, blocks, questions without their answers, and pictures by number."""

import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handrail.markdown.api import Block, Quiz, Rendered
from handrail.problems import Problem
from handrail.scenario.images import find_image
from handrail.scenario.reader import Scenario

# The renderer writes local pictures so; the page must ask for them by number, never by path.
_ASSET = re.compile(r'data-asset="([^"]*)"')


@dataclass(frozen=True)
class Content:
    """What goes over the wire, and the pictures it may then ask for."""

    wire: dict[str, Any]
    images: tuple[Path, ...]


def content(
    scenario: Scenario, page_id: str, text: Path | None, rendered: Rendered, problems: list[Problem], revision: str,
    credits: str = "",
) -> Content:  # fmt: skip
    """Numbers the pictures and leaves out what the browser must not know."""
    images: list[Path] = []

    def numbered(match: re.Match[str]) -> str:
        image = find_image(scenario, text, html.unescape(match[1]))
        if image is None:
            return ""
        images.append(image)
        return f'data-image="{len(images) - 1}"'

    page = _ASSET.sub(numbered, rendered.html)
    wire = {
        "id": page_id,
        "html": page,
        "blocks": [_block(block) for block in rendered.blocks],
        "quizzes": [_quiz(quiz) for quiz in rendered.quizzes],
        "problems": [_problem(problem) for problem in problems],
        "credits": credits,
        "revision": revision,
    }
    return Content(wire, tuple(images))


def _block(block: Block) -> dict[str, Any]:
    return {
        "id": block.id,
        "action": block.action,
        "terminal": block.terminal,
        "text": block.text,
        "interrupt": block.interrupt,
        "filename": block.filename,
        "inline": block.inline,
        "line": block.line,
    }


def _quiz(quiz: Quiz) -> dict[str, Any]:
    is_typed = quiz.kind in ("exact", "contains")
    return {
        "id": quiz.id,
        "question": quiz.question,
        "kind": "text" if is_typed else quiz.kind,
        "options": [] if is_typed else [choice.text for choice in quiz.choices],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": problem.severity,
        "path": problem.path,
        "line": problem.line,
        "message": problem.message,
        "remedy": problem.remedy,
    }
