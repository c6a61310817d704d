"""What the player will not do, said to the page."""

from typing import Any


class Refusal(Exception):
    """An HTTP status, one sentence for the learner, and what the page needs to offer a way on."""

    def __init__(self, status: int, sentence: str, **detail: Any) -> None:
        super().__init__(sentence)
        self.status = status
        self.detail = detail
