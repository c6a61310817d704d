"""What makes the files that an image's Dockerfile copies: the command that stands on the lesson's pages.

Usage: making.py FOLDER     The first missing file of a folder of ~/seldon-iris, and the command, if there is one.
"""
import os
import re
import sys
from pathlib import Path


def missing(folder: Path) -> list[str]:
    """The files that the folder's Dockerfile copies and that are not there; patterns and other stages left out."""
    dockerfile = folder / "Dockerfile"
    text = dockerfile.read_text(encoding="utf-8") if dockerfile.is_file() else ""
    copied = [name for line in re.findall(r"^COPY (?!--)(.+) \S+$", text, re.MULTILINE) for name in line.split()]
    return [name for name in copied if "*" not in name and not (folder / name).exists()]


def command(folder: Path) -> str:
    """The line of the lesson's pages that trains the model in a folder, or runs the script that makes what is in it."""
    name = re.escape(folder.name)
    pages = sorted(Path(os.environ.get("SCENARIO_DIR", "")).glob("step*.md"))
    line = re.compile(rf"^(?:(?:python \S+ && )?python {name}/train\.py.*|scripts/make-{name}\.sh.*)$", re.MULTILINE)
    for page in pages:
        if found := line.search(page.read_text(encoding="utf-8")):
            return found[0].strip()
    return f"python {folder.name}/train.py" if (folder / "train.py").is_file() else ""


def first(folder: Path) -> str:
    """The command that has to be run before the folder's image can be built; empty when none is.

    No command writes a program: where one is missing, the Dockerfile names another than the learner's.
    """
    return command(folder) if any(not name.endswith(".py") for name in missing(folder)) else ""


if __name__ == "__main__":
    asked = Path(sys.argv[1])
    # Programs last.
    for name in sorted(missing(asked), key=lambda name: name.endswith(".py"))[:1]:
        print(f"{asked}/{name}", first(asked), sep="\n")
