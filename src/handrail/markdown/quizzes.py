"""Quizzes: `>>Q1: question<<` on its own line, the answers on the lines right below it."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["exact", "contains", "single", "multiple"]


@dataclass(frozen=True)
class Choice:
    """One answer of a quiz: a choice to tick, or the text to type."""

    text: str
    right: bool


@dataclass(frozen=True)
class Quiz:
    """A question that holds the Next button. Typed kinds ("exact", "contains") keep their answer in `choices`."""

    id: str
    """f"{page_id}-q{n}"."""
    line: int
    question: str
    kind: Kind
    choices: tuple[Choice, ...]

    def passes(self, answers: list[str]) -> bool:
        """Is this right? `answers`: the typed text alone, or the indexes of what is ticked, as strings."""
        if self.kind in ("exact", "contains"):
            given = answers[0].strip() if answers else ""
            wanted = [choice.text for choice in self.choices]
            if self.kind == "exact":
                return given in wanted
            return all(text.lower() in given.lower() for text in wanted) and bool(wanted)
        right = {str(number) for number, choice in enumerate(self.choices) if choice.right}
        return set(answers) == right

    def right_answers(self) -> list[list[str]]:
        """Every way in which a learner can give the right answer, as `passes` takes it: none where the quiz has a
        slip that no answer gets past."""
        if self.kind == "exact":
            given = [[choice.text] for choice in self.choices]
        elif self.kind == "contains":
            given = [[" ".join(choice.text for choice in self.choices)]]
        elif self.kind == "single":
            given = [[str(number)] for number in range(len(self.choices))]
        else:
            given = [[str(number) for number, choice in enumerate(self.choices) if choice.right] or [""]]
        return [answers for answers in given if self.passes(answers)]

    def wrong_answer(self) -> list[str] | None:
        """One wrong answer as a learner would give it; None where every answer is right."""
        if self.kind == "exact":
            given = [["".join(choice.text for choice in self.choices) + "?"]]
        elif self.kind == "contains":
            given = [["?"], ["-"]]
        elif self.kind == "single":
            given = [[str(number)] for number in range(len(self.choices))]
        else:
            given = [[str(number) for number, choice in enumerate(self.choices) if not choice.right]]
            given.append([str(number) for number in range(len(self.choices) - 1)])
        return next((answers for answers in given if not self.passes(answers)), None)
