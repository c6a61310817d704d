"""What the player will not or cannot do, said to the page."""

import errno
from typing import Any

from handrail.errors import SessionError
from handrail.runtime.workspace import WorkspaceError
from handrail.scenario.reader import ScenarioError
from handrail.terminal.pty_process import ShellError

# What may go wrong in a session; the text of each, but for OSError's, is a sentence for the learner.
FAILURES = (SessionError, ScenarioError, WorkspaceError, ShellError, OSError)


class RequestError(Exception):
    """An HTTP status, one sentence for the learner, and what the page needs to offer a way on."""

    def __init__(self, status: int, sentence: str, **detail: Any) -> None:
        super().__init__(sentence)
        self.status = status
        self.detail = detail


def sentence(error: Exception) -> str:
    """One sentence about one of FAILURES."""
    if not isinstance(error, OSError):
        return str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full. Free some space, then try again."
    if error.errno in (errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM):
        return "This machine has run out of processes or open files. Close a terminal, then try again."
    where = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or error}{where}. Mend that, then try again."


class Unusable(Exception):
    """The player cannot start; the text is one sentence with the remedy."""
