"""docs/benchmarks.md: a section for each bench, which writes its own and leaves the others as they are."""

from __future__ import annotations

import os
import platform
import re
import time
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


def write_section(title: str, text: str) -> None:
    """Puts the text below the heading of this title, in place of what was there."""
    first, *sections = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    mine = f"{title}\n\n{text}"
    titles = [section.partition("\n")[0] for section in sections]
    if title in titles:
        sections[titles.index(title)] = mine
    else:
        sections.append(mine)
    PAGE.write_text("\n\n## ".join(part.strip() for part in (first, *sections)) + "\n", encoding="utf-8")


def machine() -> str:
    """One line about where and when this runs."""
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    load = os.getloadavg()[0]
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}, load average before the run {load:.1f}"
    )
