"""`handrail new`: a small scenario that works as it is, with a check that gives a hint, and a test."""

import argparse
import json
import os
import re
import sys
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

_INTRO = """# Welcome

In this scenario you leave a note for the next person who uses this machine.

Press **Start** to begin.
"""

_STEP = """# Write a note

A note is a file with a line of text in it. Write one:

```bash
echo "Remember to water the plants." > note.txt
```{{exec}}

Look at what you wrote. You should see the line again:

`cat note.txt`{{exec}}

Press **Check** when the note is there.

<details><summary>Hint</summary>

The check looks for a file `note.txt` in your home folder that is not empty.

</details>
"""

_FINISH = """# Well done

The note is there. Change the pages of this scenario, and run `./test.sh` after each change.
"""

_VERIFY = """#!/bin/bash
# The check of step 1: exit 0 when the learner is done. What it writes to the file named by
# VERIFICATION_FAILURE_REASON is shown to the learner as a hint.
reason=${VERIFICATION_FAILURE_REASON:-/dev/stderr}

if [ ! -e ~/note.txt ]; then
  echo "There is no note.txt in your home folder yet: run the first command." >> "$reason"
  exit 1
fi
if [ ! -s ~/note.txt ]; then
  echo "note.txt is empty: write a line into it." >> "$reason"
  exit 1
fi
"""

_TEST = """#!/bin/bash
# Tests this scenario: lints it, then types its commands into a terminal. Before the commands of a step its check
# must fail, after them it must pass.
set -euo pipefail
handrail=${HANDRAIL:-handrail}
case $handrail in
  */*) handrail=$(cd "$(dirname "$handrail")" && pwd)/$(basename "$handrail") ;;
esac
if ! command -v "$handrail" >/dev/null; then
  echo "$handrail was not found: put it on PATH, or say where it is: HANDRAIL=/path/to/handrail $0" >&2
  exit 2
fi
cd "$(dirname "$0")"
"$handrail" lint .
"$handrail" test --host .
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `handrail new`."""
    parser.add_argument("name", metavar="NAME", type=Path, help="the folder to make; its name is the scenario's")


def run(args: argparse.Namespace) -> int:
    """0: made. 2: not made."""
    folder = Path(os.path.abspath(args.name))
    if not _NAME.fullmatch(folder.name):
        print(
            f"handrail: {folder.name} cannot be the name of a scenario; use letters, digits, `-`, `_` and `.`.",
            file=sys.stderr,
        )
        return 2
    try:
        create(folder)
    except FileExistsError:
        print(f"handrail: {args.name} exists already; choose another name.", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"handrail: {args.name} cannot be made: {error.strerror}; check the path.", file=sys.stderr)
        return 2
    print(f"Made {args.name}. Try: handrail play {args.name}")
    return 0


def create(folder: Path) -> None:
    """Make the scenario. Raises `FileExistsError` when the folder is there."""
    folder.mkdir(parents=True)
    title = re.sub(r"[-_.]+", " ", folder.name).strip().capitalize()
    index = {
        "title": title,
        "description": "Leave a note for the next person.",
        "difficulty": "Beginner",
        "time": "5 minutes",
        "details": {
            "intro": {"text": "intro.md"},
            "steps": [{"title": "Write a note", "text": "step1/text.md", "verify": "step1/verify.sh"}],
            "finish": {"text": "finish.md"},
        },
        "backend": {"imageid": "ubuntu"},
    }
    (folder / "step1").mkdir()
    _write(folder / "index.json", json.dumps(index, ensure_ascii=False, indent=2) + "\n")
    _write(folder / "intro.md", _INTRO)
    _write(folder / "step1" / "text.md", _STEP)
    _write(folder / "step1" / "verify.sh", _VERIFY, executable=True)
    _write(folder / "finish.md", _FINISH)
    _write(folder / "test.sh", _TEST, executable=True)


def _write(path: Path, text: str, *, executable: bool = False) -> None:
    path.write_text(text, encoding="utf-8")
    if executable:
        path.chmod(0o755)
