"""Generated scenarios for `handrail test` by hand: `python -m tests.generated.runs 100 [first seed]`.

Half of them have one planted slip. Every healthy one must pass, and every other must fail at the very item that has
the slip: no false alarm, no false pass. Exits with 1 otherwise.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory


@dataclass(frozen=True)
class Fragment:
    """Blocks in order, and the number (from 0) of the one that must fail; None when none may."""

    name: str
    blocks: Sequence[str]
    fails: int | None = None


HEALTHY = [
    Fragment("files", ["mkdir -p notes && echo one > notes/a", "cat notes/a"]),
    Fragment("several commands", ["# so\ntrue\n\nfalse || true\ntrue"]),
    Fragment("several lines", ["for i in 1 2 3; do\n  echo $i\ndone\ntest $i = 3"]),
    Fragment("another folder", ["cd /tmp", 'test "$PWD" = /tmp', "cd"]),
    Fragment("REPL", ["python3", 'open("made-by-python", "w").close()', "exit()", "test -e made-by-python"]),
    Fragment("another shell", ["bash", "kept=1", "exit", 'test -z "${kept-}"']),
    Fragment("pager", ["seq 500 | less", "q", "true"]),
    Fragment("editor", ["vi note.txt", ":q!", "true"]),
    Fragment("job", ["sleep 0.3 &", "wait"]),
    Fragment("quiet work", ["sleep 1; touch late", "test -e late"]),
]
SLIPS = [
    Fragment("command that fails", ["true", "false"], 1),
    Fragment("no such command", ["no-such-command --help"], 0),
    Fragment("fails after a REPL", ["python3", "exit()", "no-such-command"], 2),
    Fragment("fails after a shell", ["bash", "exit", "false"], 2),
    Fragment("swallowed by a pager", ["seq 500 | less", "touch never", "true"], 1),
    Fragment("swallowed by an editor", ["vi note.txt", "no-such-command --help"], 1),
    Fragment("waits for an answer", ["read -r answer", "yes"], 0),
    Fragment("ends its shell", ["exit 3"], 0),
    Fragment("unfinished", ["echo 'one"], 0),
    Fragment("last line fails", ["true\nfalse"], 0),
    Fragment("a line before the last one fails", ["false\ntrue"], 0),
    Fragment("a line fails in a shell in the shell", ["bash", "# why\nfalse\n\ntrue", "exit"], 1),
]
# Slips of the page as a whole: the kind of item that must fail.
PAGE_SLIPS = {"check-before": "true", "check-after": "false", "background": "exit 4"}


def make(root: Path, seed: int) -> tuple[str, str]:
    """Write the scenario; gives the id of the item that must fail and the slip's name, both empty for a healthy one."""
    dice = random.Random(seed)
    root.mkdir(parents=True)
    count = dice.randint(1, 3)
    slip_at = dice.randint(1, count) if seed % 2 else 0
    steps, must_fail, name = [], "", ""
    for number in range(1, count + 1):
        fragments = dice.sample(HEALTHY, dice.randint(0, 2))
        check = f"test -e ~/done{number}"
        page = {"title": f"Page {number}", "text": f"{number}.md", "verify": f"{number}.sh"}
        if number == slip_at:
            slip = dice.choice([*SLIPS, *PAGE_SLIPS])
            if isinstance(slip, Fragment):
                name, before = slip.name, sum(len(each.blocks) for each in fragments)
                must_fail = f"step{number}-{before + (slip.fails or 0) + 1}"
                fragments.append(slip)
            elif slip == "background":
                name, must_fail, page["background"] = slip, f"step{number}/background", "background.sh"
                (root / "background.sh").write_text(PAGE_SLIPS[slip] + "\n")
            else:
                name, must_fail, check = slip, f"step{number}/{slip}", PAGE_SLIPS[slip]
        blocks = [block for fragment in fragments for block in fragment.blocks] + [f"touch ~/done{number}"]
        (root / page["text"]).write_text("".join(f"```\n{block}\n```{{{{exec}}}}\n\nThen:\n\n" for block in blocks))
        (root / page["verify"]).write_text(check + "\n")
        steps.append(page)
    # Long enough for what works in silence here, even on a busy machine.
    limits = {"limits": {"quiet": 20}}
    index = {"title": f"Seed {seed}", "details": {"steps": steps}, "backend": {"imageid": "ubuntu"}, "handrail": limits}
    (root / "index.json").write_text(json.dumps(index))
    return must_fail, name


def main(count: int, first: int) -> int:
    with TemporaryDirectory() as folder:
        root = Path(folder) / "course"
        expected = {f"course/{seed:05}": make(root / f"{seed:05}", seed) for seed in range(first, first + count)}
        run = subprocess.run(
            [sys.executable, "-m", "handrail", "test", "--host", "--format", "json", "course"],
            cwd=folder, env={**os.environ, "XDG_STATE_HOME": f"{folder}/state"}, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        events = [json.loads(line) for line in run.stdout.splitlines()]
    failed: dict[str, list[str]] = {}
    for event in events:
        if event["event"] == "item-end" and event["outcome"] == "failed":
            failed.setdefault(event["path"], []).append(event["id"])
    ended = {event["path"]: event["verdict"] for event in events if event["event"] == "scenario-end"}
    wrong, planted = 0, Counter(name for _, name in expected.values())
    for path, (must_fail, name) in expected.items():
        found = failed.get(path, [])
        if found != ([must_fail] if must_fail else []) or ended.get(path) != ("failed" if must_fail else "passed"):
            wrong += 1
            print(f"{path} ({name or 'healthy'}): {must_fail or 'nothing'} must fail, and {found or 'nothing'} did.")
    for name, times in sorted(planted.items()):
        print(f"{times:6} {name or 'healthy'}")
    print(f"{count} scenarios, {count - planted['']} with a slip: {wrong} judged wrongly.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
