"""Says which line of which Python file keeps an image from being built, or nothing.

Usage: class_faults.py FOLDER [LOG]     Without LOG the files are read; with it, what the build wrote.
"""
import re
import sys
from pathlib import Path


def unreadable(folder: Path) -> str:
    """The first syntax error in the Python files of a folder."""
    for path in sorted(folder.glob("*.py")):
        try:
            compile(path.read_text(encoding="utf-8"), str(path), "exec")
        except SyntaxError as error:
            return f"{path}, line {error.lineno}: {error.msg}: {(error.text or '').strip()}"
    return ""


def failed_import(folder: Path, log: str) -> str:
    """Where in the folder's own files the last traceback of a build begins to fail, and its last line."""
    start = log.rfind("Traceback (most recent call last)")
    if start < 0:
        return ""
    traceback = log[start:]
    own = {path.name for path in folder.glob("*.py")}
    called = re.findall(r'File "[^"]*?([\w.]+\.py)", line (\d+)', traceback)
    places = [(file, line) for file, line in called if file in own]
    errors = re.findall(r"^(?:.*?\s)?(\w+(?:\.\w+)*(?:Error|Exception)\b.*)$", traceback, re.MULTILINE)
    if not places or not errors:
        return ""
    file, line = places[-1]
    return f"{folder / file}, line {line}: {errors[-1].strip()}"


if __name__ == "__main__":
    context = Path(sys.argv[1])
    written = Path(sys.argv[2]).read_text(encoding="utf-8", errors="replace") if len(sys.argv) > 2 else ""
    print(failed_import(context, written) if written else unreadable(context), end="")
