"""What each event of the session changes on the state."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from handrail.server.page_state import BlockRun, CheckRun, PageState, Preparation


def apply(state: PageState, kind: str, data: Mapping[str, Any]) -> None:
    """Notes the event. Kinds that are not listed change only what the session itself knows."""
    if change := _CHANGES.get(kind):
        change(state, data)
    state.changed()


def _block_start(state: PageState, data: Mapping[str, Any]) -> None:
    state.blocks[data["block"]] = BlockRun("running", data["terminal"])


def _block_end(state: PageState, data: Mapping[str, Any]) -> None:
    status, ended = data["status"], data["ended"]
    if ended == "typed":
        state.blocks[data["block"]] = BlockRun("typed", data["terminal"])
    elif status is None and ended == "prompt":
        state.blocks.pop(data["block"], None)  # it never ran
    else:
        state.blocks[data["block"]] = BlockRun("ended", data["terminal"], ended, status)


def _check_start(state: PageState, data: Mapping[str, Any]) -> None:
    state.checks[data["page"]] = CheckRun("running", time.time(), quiet=state.quiet_check)


def _check_end(state: PageState, data: Mapping[str, Any]) -> None:
    state.checks[data["page"]] = CheckRun(
        "passed" if data["passed"] else "failed",
        time.time(),
        data["reason"],
        data["hint"] or "",
        data["duration"],
        state.quiet_check,
    )


def _background_start(state: PageState, data: Mapping[str, Any]) -> None:
    state.preparations[data["page"]] = Preparation("running", log=data["log"])


def _background_end(state: PageState, data: Mapping[str, Any]) -> None:
    ended = state.preparations[data["page"]]
    ended.follow()
    ended.status = data["status"]
    ended.state = "done" if ended.status == 0 else "failed"


def _problem(state: PageState, data: Mapping[str, Any]) -> None:
    state.say(data["message"])


_CHANGES: dict[str, Callable[[PageState, Mapping[str, Any]], None]] = {
    "block-start": _block_start,
    "block-end": _block_end,
    "check-start": _check_start,
    "check-end": _check_end,
    "background-start": _background_start,
    "background-end": _background_end,
    "problem": _problem,
}
