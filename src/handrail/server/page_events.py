"""What each event of the session changes on the state."""

import time

from handrail.server.page_state import BlockRun, CheckRun, PageState, Preparation
from handrail.session.events import (
    BackgroundEnded,
    BackgroundStarted,
    BlockEnded,
    BlockStarted,
    CheckEnded,
    CheckStarted,
    Event,
    ProblemFound,
)
from handrail.session.offers import Part, parts


def apply(state: PageState, event: Event) -> None:
    """Notes the event. Those that are not listed change only what the session itself knows."""
    match event:
        case BlockStarted():
            state.blocks[event.block] = BlockRun("running", event.terminal, since=time.time())
        case BlockEnded():
            _block_ended(state, event)
        case CheckStarted(origin="restart"):
            pass  # shown as "checking again"
        case CheckStarted():
            state.checks[event.page] = CheckRun("running", time.time(), quiet=event.origin == "automatic")
        case CheckEnded(origin="restart") if event.result.passed:
            pass  # as it was
        case CheckEnded():
            _check_ended(state, event)
        case BackgroundStarted():
            state.preparations[event.page] = Preparation("running", log=event.log)
        case BackgroundEnded():
            ended = state.preparations[event.page]
            ended.follow()
            ended.status = event.status
            ended.state = "done" if ended.status == 0 else "failed"
        case ProblemFound():
            state.say(event.message)
    state.changed()


def _block_ended(state: PageState, event: BlockEnded) -> None:
    status, ended = event.result.status, event.result.ended
    if ended == "typed":
        state.blocks[event.block] = BlockRun("typed", event.terminal)
    elif status is None and ended == "prompt":
        state.blocks.pop(event.block, None)  # it never ran
    else:
        commands = event.result.commands
        told = commands if len(commands) > 1 and any(each.status for each in commands) else ()
        state.blocks[event.block] = BlockRun("ended", event.terminal, ended, status, commands=told)


def _check_ended(state: PageState, event: CheckEnded) -> None:
    result = event.result
    pieces = parts(result.reason, event.page) if result.is_written else (Part(result.reason),)
    state.checks[event.page] = CheckRun(
        "passed" if result.passed else "failed", time.time(), result.reason, result.hint or "", result.duration,
        quiet=event.origin in ("automatic", "restart"), verified=result.verified,
        parts=[{"text": part.text, **({"block": part.block.id} if part.block else {})} for part in pieces],
    )  # fmt: skip
    for part in pieces:
        if part.block:  # how it went when it was offered before says nothing now
            state.blocks.pop(part.block.id, None)
