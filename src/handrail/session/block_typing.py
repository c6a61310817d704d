"""Type a block into a terminal the way its words say: after Ctrl-C, as keys, without Enter, or as a whole block."""

from __future__ import annotations

from handrail.errors import SessionError
from handrail.markdown.api import Block
from handrail.terminal.block_run import CommandResult
from handrail.terminal.terminal import Terminal

# Long enough for what stops in order after Ctrl-C, like `docker compose up`.
_INTERRUPT_GRACE = 15.0
_BEGIN_GRACE = 5.0


class TerminalBusy(SessionError):
    """A command still runs in the terminal."""


class StillRuns(SessionError):
    """A command still runs in the terminal although the block pressed Ctrl-C first."""


async def type_block(
    block: Block, shell: Terminal, timeout: float | None, quiet: float | None, type_when_busy: bool
) -> CommandResult:
    """Type an "execute" block and wait for its end, if it has one. Raises TerminalBusy, StillRuns."""
    typed = CommandResult(None, "typed", 0.0)
    await shell.wait_begun(_BEGIN_GRACE)
    if block.ctrl_seq:
        shell.write(control_key(block.text))
        return typed
    if block.interrupt:
        shell.interrupt()
        grace = _INTERRUPT_GRACE if timeout is None else min(_INTERRUPT_GRACE, timeout)
        if not await shell.wait_prompt(grace) and shell.busy and block.newline:
            # The block is meant for the shell: typed into a program that goes on, it would never run.
            raise StillRuns(
                f"Ctrl-C did not end what runs in {shell.name} within {grace:g} s, so this was not run: end that "
                "program first, or use another terminal."
            )
    if not block.newline:
        shell.type(block.text, newline=False)
        return typed
    if shell.busy:
        if not type_when_busy:
            raise TerminalBusy(
                f"A command still runs in {shell.name}: wait for its end, interrupt it, or open another terminal."
            )
        shell.type(block.text)
        return typed
    return await shell.run(block.text, timeout=timeout, quiet=quiet)


def control_key(text: str) -> bytes:
    """What a `ctrl-seq` block types: "^C" is Ctrl-C, "^ESC" is Escape; anything else as it stands."""
    text = text.strip()
    if text.upper() == "^ESC":
        return b"\x1b"
    if len(text) == 2 and text[0] == "^" and 0x40 <= ord(text[1].upper()) < 0x60:
        return bytes([ord(text[1].upper()) & 0x1F])
    return text.encode(errors="surrogateescape")
