"""What `handrail test` says of a block, a script or a check that did not go as it should, and how to allow it."""

from __future__ import annotations

import math
import re

from handrail.markdown.api import Block
from handrail.session.check import CheckResult
from handrail.session.limits import Limits
from handrail.terminal.block_run import CommandResult

# Commands that end only when somebody ends them, and what servers say when they are up: more time is no help.
_GOES_ON = re.compile(
    r"\b(?:tail\s+-\w*[fF]|watch\s|sleep\s+inf|port-forward\b|http\.server|(?:kubectl|oc)\s+proxy\b)|\s--follow\b"
    r"|\blogs\b.*\s-\w*f\b|\bget\b.*\s(?:-\w*w\b|--watch\b)"
)
_SERVES = re.compile(
    r"\b(?:listening|serving|running|started|ready)\b.{0,40}(?:\bport\b|https?://|:\d{2,5}\b)", re.IGNORECASE
)


def is_as_expected(block: Block, result: CommandResult) -> bool:
    """Whether the block ended as its directive says; without one, each of its commands has to end with status 0."""
    expected = block.directives.expect
    if expected == "any" or block.action == "file":
        return True
    if result.ended == "typed" or expected == "typed":
        return result.ended == "typed" and (expected == "typed" or _is_meant_for_program(block, result))
    if expected is None and result.failed_before:
        return False
    return result.ended == "prompt" and result.status == (expected or 0)


def of_commands(result: CommandResult) -> str:
    """Which commands of a block failed before its last one, in words; empty when none did."""
    return ", ".join(
        f"command {number} of {len(result.commands)}{f' ({each.text})' if each.text else ''} "
        f"ended with status {each.status}"
        for number, each in enumerate(result.commands, 1)
        if number in result.failed_before
    )


def of_block(block: Block, result: CommandResult, limits: Limits, output: str) -> str:
    """Why the block failed, and how the page's author says that it may end so. output: its last lines."""
    if result.ended == "typed":
        return (
            f"was typed into {result.into}, which takes single keys, so it did not run: leave that program first, in a "
            "block of its own (`q`, `:q!`), or keep it from starting (`git --no-pager log`); if it is meant for the "
            "program: `<!-- handrail: expect=typed -->` above the block"
        )
    why = _why(result, block.directives.timeout or limits.block, limits.quiet)
    if result.ended in ("timeout", "stalled"):
        if result.awaited in ("answer", "hidden"):
            return (
                f"{why}; it waits for an answer: give it one in the command (`-y`, `echo yes |`), or press the keys in "
                "the next block (`{{exec no-newline}}`)"
            )
        if _GOES_ON.search(block.text) or _SERVES.search(output):
            return (
                f"{why}; it goes on until it is stopped: let the next block press Ctrl-C first "
                "(`{{exec interrupt}}`), or run this one in a terminal of its own (`{{exec T2}}`)"
            )
        return f"{why}; to allow more: `<!-- handrail: timeout={_more(result.duration)} -->` above the block"
    if result.ended == "prompt" and block.directives.expect:
        wanted = "typed into a program" if block.directives.expect == "typed" else block.directives.expect
        return f"{why}, not {wanted} as the page says"
    before = of_commands(result)
    if result.ended == "prompt" and not result.status:
        return f"{before}; if that is meant: `<!-- handrail: expect=0 -->` above the block"
    if result.ended == "prompt":
        why += f" (and {before})" if before else ""
        return f"{why}; if that is meant: `<!-- handrail: expect={result.status} -->` above the block"
    return why


def _is_meant_for_program(block: Block, result: CommandResult) -> bool:
    """Whether what was typed into a program was meant for it: lines for what reads lines, and of what takes single
    keys a key or two, or a command of its own (`:wq`, `/word`)."""
    text = block.text.strip()
    is_keys = block.ctrl_seq or not block.newline or len(text) <= 2 or text[0] in ":/"
    return result.awaited != "keys" or is_keys


def of_quiz(refuses_wrong: bool, takes_right: bool) -> str:
    """Why the question is of no use, or "" when it is."""
    if not takes_right:
        return (
            "no answer that a learner can give is right: mark one with `(*)`, or each of several with `[*]`, or write "
            "what is to be typed after `===`"
        )
    if not refuses_wrong:
        return "every answer passes, so it asks nothing: add a wrong answer, `( )` or `[ ]`"
    return ""


def of_drift(name: str) -> str:
    """What to do about output that differs from the file of this name."""
    return (
        f"a learner now sees other output than {name} says; mend the page, or if it is right so, write it anew: "
        "handrail test --record (`<!-- handrail: output=no -->` above a block leaves its output out)"
    )


def in_the_way(what: str) -> str:
    """Why a block that pressed Ctrl-C first was not run."""
    return (
        f"was not run: Ctrl-C did not end {what}; end that one in a block of its own first (`:q!`, `exit`), or run "
        "this one in another terminal (`{{execute T2}}`)"
    )


def of_foreground(result: CommandResult, limits: Limits) -> str:
    """Why the foreground script failed."""
    why = _why(result, limits.block, limits.quiet)
    if result.ended != "timeout":
        return why
    more = _more(result.duration)
    return f'{why}; to allow more, put this into the index: "handrail": {{"limits": {{"block": {more}}}}}'


def of_slow_check(result: CheckResult) -> str:
    """Why a check was stopped."""
    return (
        f"{result.reason} A check looks once and answers; where it needs longer, put this into the index: "
        f'"handrail": {{"limits": {{"check": {_more(result.duration)}}}}}'
    )


def _why(result: CommandResult, limit: float, quiet: float) -> str:
    if result.ended == "timeout":
        return f"did not end within {limit:g} seconds and was stopped"
    if result.ended == "stalled":
        return f"printed nothing for {quiet:g} seconds and was stopped"
    if result.ended == "incomplete":
        return "is not a whole command: the shell waits for more (an open quote, a missing `done`?)"
    if result.ended == "shell-exited":
        return f"ended the shell, with status {result.status}"
    return f"ended with status {result.status}"


def _more(duration: float) -> int:
    """A limit to propose for what was stopped after so many seconds: about twice as long, in whole minutes."""
    return 60 * math.ceil(duration / 30)
