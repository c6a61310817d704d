"""Feedback that the recorded logs show but whose exchange is not in the file: later answers count it."""

from __future__ import annotations

import json
import re
from typing import Any

from .case import Case

Json = dict[str, Any]


def lost_feedback(case: Case) -> list[Json]:
    """Requests to send after the last feedback of the recording."""
    logs = case.raw.get("modelLogsAfterTheFeedback") or {}
    seen = {float(reward) for lines in logs.values() for line in lines for reward in re.findall(r"reward (\S+)", line)}
    bodies = [str(exchange["request"].get("body")) for exchange in case.raw.get("exchanges") or []]
    sent = {float(reward) for body in bodies for reward in re.findall(r'"reward": ([-.\d]+)', body)}
    made = []
    for reward in sorted(seen - sent):
        body = json.dumps({"request": {"data": {"ndarray": [[1, 7]]}}, "reward": reward})
        headers = {"Content-Type": "application/json"}
        made.append({"method": "POST", "path": "/api/v1.0/feedback", "headers": headers, "body": body})
    return made
