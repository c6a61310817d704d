"""Scenarios made of fragments from a seed, with slips planted in them, and what handrail must make of each."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from .fragments import HEALTHY, HEALTHY_SCRIPTS, PAGE_SLIPS, SCRIPT_SLIPS

Finding = tuple[str, str, int]
"""Code, file relative to the scenario, line from 1."""


@dataclass
class Made:
    """A scenario on the disk. `blocks`: texts by page; `refused`: an export must be refused."""

    root: Path
    findings: set[Finding] = field(default_factory=set)
    blocks: dict[str, list[str]] = field(default_factory=dict)
    refused: bool = False


def make(folder: Path, seed: int) -> Made:
    """A course in `folder` with one scenario; two of three have slips, from one to four."""
    rng = Random(seed)
    return _Maker(folder, rng, slips=rng.randint(1, 4) if seed % 3 else 0).make()


class _Maker:
    def __init__(self, folder: Path, rng: Random, slips: int) -> None:
        self.folder, self.rng, self.slips = folder, rng, slips
        self.made = Made(folder / "course" / "lesson")
        self.assets: list[dict[str, str]] = []

    def make(self) -> Made:
        root = self.made.root
        (root / "assets").mkdir(parents=True)
        (self.folder / "course" / "common").mkdir()
        (self.folder / "course" / "assets").mkdir()
        (self.folder / "course" / "assets" / "far.png").write_text("picture")
        self.write("own.png", "picture")
        (root.parent / "structure.json").write_text('{"items": [{"path": "lesson"}]}')
        steps = [self.page(f"step{number}") for number in range(1, self.rng.randint(2, 5))]
        details: dict[str, object] = {"steps": steps}
        for name in ("intro", "finish"):
            if self.rng.random() < 0.7:
                details[name] = self.page(name)
        self.add_assets()
        details["assets"] = {"host01": self.assets}
        index = {"title": "Made", "details": details, "backend": {"imageid": "ubuntu"}}
        self.plant_in_index(details)
        self.write("index.json", json.dumps(index, indent=1, ensure_ascii=False))
        return self.made

    def write(self, name: str, text: str) -> None:
        """A file of the scenario; now and then a link to one that the course shares."""
        path = self.made.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith((".md", ".sh")) and self.rng.random() < 0.15:
            shared = self.folder / "course" / "common" / name.replace("/", "-")
            shared.write_bytes(text.encode())
            path.symlink_to(Path("../" * (name.count("/") + 1)) / "common" / shared.name)
        else:
            path.write_bytes(text.encode())

    def is_planted(self) -> bool:
        """Is a slip to be planted here? Not more of them than were asked for."""
        if self.slips and self.rng.random() < 0.5:
            self.slips -= 1
            return True
        return False

    def page(self, page_id: str) -> dict[str, str]:
        entry = {"title": self.rng.choice(["A title", f"Step {self.rng.randint(1, 9)}", "Ünicode ⚡"])}
        if self.rng.random() > 0.08:
            entry["text"] = f"{page_id}.md"
            self.page_text(page_id, entry["text"])
        for role in ("foreground", "background", *(["verify"] if page_id.startswith("step") else [])):
            if self.rng.random() < 0.3:
                entry[role] = f"{page_id}/{role}.sh"
                self.script(role, entry[role])
        return entry

    def page_text(self, page_id: str, name: str) -> None:
        if self.rng.random() < 0.05 and self.is_planted():
            self.write(name, self.rng.choice(["", " \n"]))
            self.made.findings.add(("page-empty", name, 1))
            return
        lines = ["# A page", ""]
        blocks = []
        for _ in range(self.rng.randint(1, 6)):
            chosen = self.rng.choice(HEALTHY)
            lines += [*chosen.text.split("\n"), ""]
            blocks += chosen.blocks
            if self.is_planted():
                slip = self.rng.choice(PAGE_SLIPS)
                self.made.findings.add((slip.code, name, len(lines) + slip.line + 1))
                lines += [*slip.text.split("\n"), ""]
                blocks += slip.blocks
                if slip.last:
                    break
        self.made.blocks[page_id] = blocks
        self.write(name, "\n".join(lines))

    def script(self, role: str, name: str) -> None:
        if self.is_planted():
            slip = self.rng.choice(SCRIPT_SLIPS[role])
            self.made.findings.add((slip.code, name, slip.line + 1))
            self.write(name, slip.text)
        else:
            self.write(name, self.rng.choice(HEALTHY_SCRIPTS[role]))

    def add_assets(self) -> None:
        for name in self.rng.sample([".vimrc", "data.csv", "tool.sh", "deep/a.txt", ".config/x"], 3):
            self.write(f"assets/{name}", "#!/bin/sh\nls\n" if name == "tool.sh" else "content\r\n")
            self.assets.append({"file": name, "target": "~/"})
        if self.rng.random() < 0.5:
            self.assets.append({"file": "**", "target": "/opt/all"})
        if self.rng.random() < 0.3:
            (self.folder / "course" / "common" / "tools").mkdir()
            (self.folder / "course" / "common" / "tools" / "t").write_text("t")
            (self.made.root / "assets" / "linked").symlink_to("../../common/tools")
            self.assets.append({"file": "linked/*", "target": "~/"})
        if self.is_planted():
            self.write("assets/windows", "#!/bin/bash\r\nls\r\n")
            self.assets.append({"file": "windows", "target": "~/", "chmod": "+x"})
            self.made.findings.add(("script-crlf", "assets/windows", 1))

    def plant_in_index(self, details: dict[str, object]) -> None:
        """Slips whose line depends on the index are found by code alone, as line 0."""
        if not self.is_planted():
            return
        kind = self.rng.choice(["file-missing", "path-escape", "asset-no-match", "step-number-in-title", "unknown-key"])
        extra: dict[str, str] = {"title": "More"}
        if kind == "file-missing":
            extra["text"] = "no-such-page.md"
        elif kind == "path-escape":
            target = self.rng.choice(["/etc/passwd", "../../../outside.md", "../.hidden/x.md"])
            (self.folder / "outside.md").write_text("outside")
            (self.folder / "course" / ".hidden").mkdir()
            (self.folder / "course" / ".hidden" / "x.md").write_text("hidden")
            (self.made.root / "out.md").symlink_to(target)
            extra["text"] = "out.md"
        elif kind == "asset-no-match":
            self.assets.append({"file": "no-such-asset*", "target": "~/"})
        elif kind == "step-number-in-title":
            extra["title"] = "Step 4: More"
        else:
            extra["verfy"] = "x.sh"
        steps = details["steps"]
        assert isinstance(steps, list)
        steps.append(extra)
        self.made.refused = kind in ("file-missing", "path-escape")
        self.made.findings.add((kind, "index.json", 0))
