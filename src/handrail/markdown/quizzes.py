"""Quizzes: `>>Q1: question<<` on its own line, the answers on the lines right below it."""

from dataclasses import dataclass
from typing import Literal

from markdown_it.rules_block import StateBlock

from handrail.markdown.notes import Note

Kind = Literal["exact", "contains", "single", "multiple"]
TOKEN = "hr_quiz"

_PREFIXES: tuple[tuple[str, Kind, bool], ...] = (
    ("===", "exact", True),
    ("=~=", "contains", True),
    ("(*)", "single", True),
    ("(x)", "single", True),
    ("(X)", "single", True),
    ("( )", "single", False),
    ("()", "single", False),
    ("[*]", "multiple", True),
    ("[x]", "multiple", True),
    ("[X]", "multiple", True),
    ("[ ]", "multiple", False),
    ("[]", "multiple", False),
)


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


def quiz(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a quiz whose question is on line `start`."""
    line = _line(state, start)
    if not line.startswith(">>") or not line.endswith("<<") or len(line) < 5 or state.is_code_block(start):
        return False
    if silent:
        return True
    question = line[2:-2].strip()
    choices: list[Choice] = []
    kind: Kind | None = None
    mixed = False
    at = start + 1
    while at < end and state.sCount[at] >= state.blkIndent:
        answer = _answer(_line(state, at))
        if answer is None:
            break
        mixed = mixed or (kind is not None and answer[0] != kind)
        kind = kind or answer[0]
        choices.append(answer[1])
        at += 1
    state.line = at
    token = state.push(TOKEN, "fieldset", 0)
    token.map = [start, at]
    token.meta = {
        "quiz": Quiz("", start + 1, question, kind or "exact", tuple(choices)),
        "notes": _notes(start, kind, choices, mixed),
    }
    return True


def _notes(start: int, kind: Kind | None, choices: list[Choice], mixed: bool) -> list[Note]:
    if kind is None:
        return [Note("quiz-no-answer", start)]
    if mixed:
        return [Note("quiz-mixed", start)]
    rights = sum(choice.right for choice in choices)
    if rights == 0 or (kind == "single" and rights != 1):
        return [Note("quiz-right-answers", start, facts={"count": rights})]
    return []


def _answer(line: str) -> tuple[Kind, Choice] | None:
    for prefix, kind, right in _PREFIXES:
        if line.startswith(prefix):
            return kind, Choice(line[len(prefix) :].strip(), right)
    return None


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].strip()
