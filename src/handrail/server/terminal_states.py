"""What the page is told of each terminal beside its bytes: what it does, and what a learner may not see coming."""

import signal
from collections.abc import Callable, Mapping
from typing import Any

from handrail.server.sharing import SharedTerminal
from handrail.session.events import CommandEnded, CommandStarted, Event, SessionReset, TerminalClosed
from handrail.terminal.shell import Awaited
from handrail.terminal.terminal import Terminal

# The exit status that bash gives a command which Ctrl-Z has paused.
SUSPENDED = 128 + signal.SIGTSTP
WAITS_AFTER = 0.2  # seconds of silence of a program that waits for input


class TerminalStates:
    """Follows the terminals that `terminals` gives."""

    def __init__(self, terminals: Callable[[], Mapping[str, Terminal]]) -> None:
        self._terminals = terminals
        self._suspended: set[str] = set()
        self._seen: dict[str, tuple[Awaited, bool]] = {}

    def note(self, event: Event) -> None:
        """Learns of commands that are paused, and go on or are forgotten."""
        match event:
            case CommandEnded() if event.status == SUSPENDED:
                self._suspended.add(event.terminal)
            case CommandStarted() | CommandEnded() | TerminalClosed():
                self._suspended.discard(event.terminal)
            case SessionReset():
                self._suspended.clear()

    def look(self) -> bool:
        """Looks at what no event tells; says whether anything has changed."""
        before = self._seen
        self._seen = {name: (_awaited(each), each.is_stopped) for name, each in self._terminals().items()}
        return self._seen != before

    def of(self, terminal: Terminal, shared: SharedTerminal | None) -> dict[str, Any]:
        """Its `state`, the `epoch` of its life, what its program `awaits`, and whether a command is
        `suspended` by Ctrl-Z or the output `stopped` by Ctrl-S."""
        awaits, stopped = self._seen.get(terminal.name, ("", False))
        return {
            "name": terminal.name,
            "state": terminal.state.name,
            "awaits": awaits,
            "suspended": terminal.name in self._suspended,
            "stopped": stopped,
            "epoch": shared.epoch if shared else "",
        }


def _awaited(terminal: Terminal) -> Awaited:
    return terminal.awaits if terminal.quiet_for > WAITS_AFTER else ""
