"""The problems of a page's markup: what the rules noted, in words, with a remedy."""

from handrail.problems import Problem, Severity

# code of the note: (code of the problem, severity, message, remedy); {} is the detail, {0} and {1} its two halves.
_NOTES: dict[str, tuple[str, Severity, str, str]] = {
    "fence-unclosed": (
        "fence-unclosed",
        "error",
        "This code fence is never closed.",
        "Add a closing fence of the same length on its own line.",
    ),
    "fence-inside": (
        "fence-unclosed",
        "warning",
        "This opens a fence inside the one opened at line {1}: was its end forgotten?",
        "Close that one; where it is to show this fence, begin and end it with more backticks.",
    ),
    "fence-not-alone": (
        "fence-not-alone",
        "warning",
        "The closing fence stands at the end of a line of code.",
        "Put it on its own line.",
    ),
    "fence-shorter": (
        "fence-shorter",
        "warning",
        "The closing fence is shorter than the opening one.",
        "Write the same number of backticks.",
    ),
    "fence-trailing": (
        "fence-not-alone",
        "warning",
        "Text follows the closing fence: {}",
        "Move it to a line of its own.",
    ),
    "fence-opening-braces": (
        "action-on-opening-fence",
        "warning",
        "{{…}} stands on the opening fence.",
        "Move it to the closing fence.",
    ),
    "fence-code-on-opening": (
        "code-on-opening-fence",
        "warning",
        "Code begins on the line of the opening fence.",
        "Begin it on the next line.",
    ),
    "span-broken": (
        "span-broken",
        "warning",
        "A command in a code span goes over a line break.",
        "Use a fenced block for several lines.",
    ),
    "span-triple": (
        "span-triple",
        "info",
        "A one-line command stands in triple backticks.",
        "Use single backticks.",
    ),
    "action-misspelt": (
        "action-misspelt",
        "error",
        "`{0}` is not a word of the format.",
        "Write `{1}`; `handrail lint --fix` does it.",
    ),
    "action-near": (
        "action-misspelt",
        "error",
        "`{0}` is no action: the page shows it as text.",
        "Write `{1}`.",
    ),
    "action-unknown-word": (
        "action-unknown-word",
        "info",
        "`{}` in the braces is neither an action, a terminal (T2) nor a host (HOST1, node01).",
        "Check its spelling; as a CSS class for tests it is harmless.",
    ),
    "action-spaced": (
        "action-spaced",
        "warning",
        "Blanks stand between the code and {}.",
        "Remove them; `handrail lint --fix` does it.",
    ),
    "pre-unclosed": (
        "pre-unclosed",
        "error",
        'This <pre class="file"> is never closed.',
        "Add </pre>.",
    ),
    "file-unnamed": (
        "file-unnamed",
        "warning",
        'data-target="{}" without data-filename.',
        "Name the file in data-filename.",
    ),
    "marker-missing": (
        "marker-missing",
        "warning",
        'data-target="insert" without data-marker.',
        "Name the text to insert at in data-marker.",
    ),
    "heading-tight": (
        "heading-tight",
        "info",
        "A heading without a blank after the `#`.",
        "Add the blank; `handrail lint --fix` does it.",
    ),
    "quiz-no-answer": (
        "quiz-no-answer",
        "error",
        "This question has no answer right below it.",
        "Add the answers without a blank line between.",
    ),
    "quiz-mixed": (
        "quiz-mixed",
        "warning",
        "The answers of this question are of different kinds.",
        "Use one kind: ===, =~=, (*) ( ), or [*] [ ].",
    ),
    "quiz-right-answers": (
        "quiz-right-answers",
        "warning",
        "This question has {} right answers.",
        "Mark one with (*), or at least one with [*].",
    ),
    "mark-unknown": (
        "mark-unknown",
        "warning",
        "In this handrail comment {}.",
        'Known are timeout=SECONDS, expect=STATUS or expect=any, and skip="reason".',
    ),
    "mark-unused": (
        "mark-unused",
        "warning",
        "No block follows this handrail comment.",
        "Move it before a block, or remove it.",
    ),
    "html-tangled": (
        "html-tangled",
        "warning",
        "Raw HTML on this page hides blocks: an attribute or element is not closed.",
        "Close it; the page is shown with each piece of HTML closed by itself.",
    ),
}
_MARKUP = ("{{", "```", "~~~")


def problem_code(code: str) -> str:
    """The code of the problem that a note becomes."""
    return _NOTES[code][0]


def note_problem(code: str, path: str, line: int, source: str, detail: str, since: int = 0) -> Problem:
    """The problem for a note of one of the rules. `source`: the line it stands on; `since`: from where on it."""
    name, severity, message, remedy = _NOTES[code]
    first, _, second = detail.partition("\0")
    for text, value in (("{0}", first), ("{1}", second), ("{}", detail)):
        message, remedy = message.replace(text, value), remedy.replace(text, value)
    return Problem(name, severity, path, line, _column(source, first, since), message, remedy)


def _column(source: str, detail: str, since: int) -> int:
    """Where on the line: at the detail, else at the markup, else at its first character."""
    for wanted in (detail, *_MARKUP):
        at = source.find(wanted, since) if wanted else -1
        if at >= 0:
            return at + 1
    return len(source) - len(source.lstrip()) + 1
