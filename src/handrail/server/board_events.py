"""What each event of the session changes on the board."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from handrail.server.board import BlockRun, Board, CheckRun, Preparation


def apply(board: Board, kind: str, data: Mapping[str, Any]) -> None:
    """Notes the event. Kinds that are not listed change only what the session itself knows."""
    if change := _CHANGES.get(kind):
        change(board, data)
    board.changed()


def _block_start(board: Board, data: Mapping[str, Any]) -> None:
    board.blocks[data["block"]] = BlockRun("running", data["terminal"])


def _block_end(board: Board, data: Mapping[str, Any]) -> None:
    status, ended = data["status"], data["ended"]
    if ended == "typed":
        board.blocks[data["block"]] = BlockRun("typed", data["terminal"])
    elif status is None and ended == "prompt":
        board.blocks.pop(data["block"], None)  # it never ran
    else:
        board.blocks[data["block"]] = BlockRun("ended", data["terminal"], ended, status)


def _check_start(board: Board, data: Mapping[str, Any]) -> None:
    board.checks[data["page"]] = CheckRun("running", time.time(), quiet=board.quiet_check)


def _check_end(board: Board, data: Mapping[str, Any]) -> None:
    board.checks[data["page"]] = CheckRun(
        "passed" if data["passed"] else "failed",
        time.time(),
        data["reason"],
        data["hint"] or "",
        data["duration"],
        board.quiet_check,
    )


def _background_start(board: Board, data: Mapping[str, Any]) -> None:
    board.preparations[data["page"]] = Preparation("running", log=data["log"])


def _background_end(board: Board, data: Mapping[str, Any]) -> None:
    ended = board.preparations[data["page"]]
    ended.follow()
    ended.status = data["status"]
    ended.state = "done" if ended.status == 0 else "failed"


def _problem(board: Board, data: Mapping[str, Any]) -> None:
    board.say(data["message"])


_CHANGES: dict[str, Callable[[Board, Mapping[str, Any]], None]] = {
    "block-start": _block_start,
    "block-end": _block_end,
    "check-start": _check_start,
    "check-end": _check_end,
    "background-start": _background_start,
    "background-end": _background_end,
    "problem": _problem,
}
