"""What handrail's tests share: a home folder, an environment like a lesson's, and small scenarios."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

MakeScenario = Callable[..., Path]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def shell_env(home: Path) -> dict[str, str]:
    """A small environment: nothing of the machine's own shell settings reaches the tests."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8"}


@pytest.fixture
def make_scenario(tmp_path: Path) -> MakeScenario:
    """Write a scenario: keyword arguments are pages, `files` more files, `index` more of its index.

    A page is a mapping of page keys to the text of the file: {"text": "…", "verify": "test -e x"}; its files are
    named step1.md, step1-verify.sh and so on. A string is short for its text.
    """

    def make(
        *steps: Mapping[str, str] | str, intro: Mapping[str, str] | str | None = None,
        finish: Mapping[str, str] | str | None = None, files: Mapping[str, str] | None = None, **index: Any,
    ) -> Path:  # fmt: skip
        root = tmp_path / "scenario"
        root.mkdir(exist_ok=True)

        def page(name: str, content: Mapping[str, str] | str) -> dict[str, str]:
            parts = {"text": content} if isinstance(content, str) else dict(content)
            entry = {}
            for key, text in parts.items():
                entry[key] = f"{name}.md" if key == "text" else f"{name}-{key}.sh"
                root.joinpath(entry[key]).write_text(text)
            return entry

        details: dict[str, Any] = {"steps": [page(f"step{n}", step) for n, step in enumerate(steps, 1)]}
        if intro is not None:
            details["intro"] = page("intro", intro)
        if finish is not None:
            details["finish"] = page("finish", finish)
        details.update(index.pop("details", {}))
        for name, text in (files or {}).items():
            root.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
            root.joinpath(name).write_text(text)
        document = {"title": "A small scenario", "details": details, "backend": {"imageid": "ubuntu"}, **index}
        root.joinpath("index.json").write_text(json.dumps(document))
        return root

    return make
