"""A page as the browser gets it: HTML, blocks, questions without their answers, and pictures by number."""

import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from handrail.markdown.api import Block, Quiz, Rendered
from handrail.problems import Problem
from handrail.scenario.images import find_image
from handrail.scenario.reader import Scenario

# The renderer writes local pictures so; the page must ask for them by number, never by path.
_ASSET = re.compile(r'data-asset="([^"]*)"')
# Pictures from the web are asked for by number, too, when the learner wants them.
_WEB = re.compile(r'(<img\b[^>]*?\s)src="(https?://[^"]*)"')


@dataclass(frozen=True)
class Content:
    """What goes over the wire, and the pictures it may then ask for."""

    wire: dict[str, Any]
    images: tuple[Path, ...]
    web_images: tuple[str, ...]
    """Addresses of pictures from the web."""


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

    web_images: list[str] = []

    def asked_for(match: re.Match[str]) -> str:
        web_images.append(html.unescape(match[2]))
        host = html.escape(host_of(web_images[-1]))
        return f'{match[1]}data-web="{len(web_images) - 1}" data-host="{host}" data-address="{match[2]}"'

    page = _WEB.sub(asked_for, _ASSET.sub(numbered, rendered.html))
    wire = {
        "id": page_id,
        "html": page,
        "blocks": [_block(block) for block in rendered.blocks],
        "quizzes": [_quiz(quiz) for quiz in rendered.quizzes],
        "problems": [_problem(problem) for problem in problems],
        "credits": credits,
        "revision": revision,
    }
    return Content(wire, tuple(images), tuple(web_images))


def host_of(address: str) -> str:
    """The host that an address names, "" when it is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


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
