"""Writes what handrail makes of a corpus case beside it: read it before you keep it.

Usage: hack/corpus_case.py tests/corpus/NAME     (the folder holds scenario/)
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.unit.handrail.corpus_case import facts, pages


def main() -> int:
    """Write `expected.json`, and the HTML of each page."""
    folder = Path(sys.argv[1]).absolute()
    if not (folder / "scenario").is_dir():
        print(f"{folder} holds no scenario/: put the case's scenario there first.", file=sys.stderr)
        return 2
    expected = json.dumps(facts(folder), indent=1, ensure_ascii=False) + "\n"
    (folder / "expected.json").write_text(expected, encoding="utf-8")
    for name, html in pages(folder).items():
        (folder / name).write_text(html, encoding="utf-8")
    print(f"Wrote {folder}/expected.json and its pages. Look at them: git diff {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
