"""The block rule for quizzes: `>>Q1: question<<` on its own line, the answers on the lines right below it."""

from markdown_it.rules_block import StateBlock

from handrail.markdown.notes import Note
from handrail.markdown.quizzes import Choice, Kind, Quiz

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
