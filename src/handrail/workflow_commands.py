"""GitHub's workflow commands: lines of a job's output that GitHub shows as annotations beside the changed lines."""

from typing import Literal

Kind = Literal["error", "warning", "notice"]


def annotation(kind: Kind, text: str, *, title: str, file: str = "", line: int = 0, column: int = 0) -> str:
    """The command that puts `text` beside the line of the file. line, column: from 1; 0 where there is none.

    https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
    """
    places = {"file": file, "line": line or "", "col": column or "", "title": title}
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in places.items() if value)
    return f"::{kind} {properties}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
