"""Where two JSON values differ, as lines that a person can read."""

from __future__ import annotations

import json
from typing import Any


def differences(recorded: Any, ours: Any, path: str = "") -> list[str]:
    """One line for each place, `path: recorded … ours …`; an empty list when the values are equal."""
    if isinstance(recorded, dict) and isinstance(ours, dict):
        found: list[str] = []
        for key in [*recorded, *(key for key in ours if key not in recorded)]:
            here = f"{path}/{key}"
            if key not in ours:
                found.append(f"{here}: recorded {_text(recorded[key])}, ours has none")
            elif key not in recorded:
                found.append(f"{here}: recorded has none, ours {_text(ours[key])}")
            else:
                found += differences(recorded[key], ours[key], here)
        return found
    if isinstance(recorded, list) and isinstance(ours, list):
        if len(recorded) != len(ours):
            return [f"{path}: recorded {len(recorded)} items {_text(recorded)}, ours {len(ours)} {_text(ours)}"]
        return [
            line
            for index, (left, right) in enumerate(zip(recorded, ours, strict=True))
            for line in differences(left, right, f"{path}/{index}")
        ]
    if recorded == ours and type(recorded) is type(ours):
        return []
    return [f"{path}: recorded {_text(recorded)}, ours {_text(ours)}"]


def _text(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else text[:197] + "…"
