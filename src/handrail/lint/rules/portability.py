"""What Katacoda had and Killercoda does not have. One problem for each feature and file."""

from collections.abc import Iterator

from handrail.lint.context import Context, PageFile
from handrail.markdown import placeholders
from handrail.problems import Problem
from handrail.scenario.json_problems import place

_ADVICE = {
    "a terminal by number (T2)": "Ask the learner to open a second tab.",
    "a host in the braces": "Use ssh in the command.",
    "ctrl-seq": "Tell the learner which keys to press.",
    "no-newline": "Tell the learner what to type.",
    "{{open}}": "Name the file in the text.",
    '<pre class="file">': "Write the file with a here-document in a block with {{exec}}.",
    "a quiz": "Check the answer with a verify script.",
    "a [[…]] placeholder": "For the address of a port write {{TRAFFIC_HOST1_80}}.",
    "environment.uilayout": 'Use "interface": {"layout": "ide"} for an editor.',
    "environment.dashboards": "Link to {{TRAFFIC_HOST1_80}} on a page.",
    "environment.terminals": "Open them from a page.",
    "an answer page": "Put it into <details><summary>Solution</summary>.",
    "a hint script": "Print the hint from the verify script.",
    "a challenge": "Use steps with verify scripts.",
}


def not_on_killercoda(context: Context) -> Iterator[Problem]:
    """Each use of what cannot be carried over."""
    texts = {file.path: file.text for file in context.pages}
    texts.update((script.path, script.text) for script in context.scripts)
    for feature, path, line, column in uses(context):
        remedy = _ADVICE[feature]
        square = _square(texts.get(path, "")) if feature == "a [[…]] placeholder" else None
        if square and square.name.startswith(("TRAFFIC_HOST", "TRAFFIC_SELECTOR")):
            remedy = f"Write {{{{{square.name}}}}}; `handrail export --to killercoda` does it."
        yield Problem(
            "not-on-killercoda",
            "warning",
            path,
            line,
            column,
            f"Killercoda does not have {feature}.",
            remedy,
        )


def uses(context: Context) -> Iterator[tuple[str, str, int, int]]:
    """(feature, path, line, column) of the first use of each feature in each file."""
    yield from _index_uses(context)
    for file in context.pages:
        seen = set()
        for feature, line in _page_uses(file):
            if feature not in seen:
                seen.add(feature)
                yield feature, file.path, line, 1
    for script in context.scripts:
        square = _square(script.text)
        if square:
            yield "a [[…]] placeholder", script.path, *place(script.text, square.start)


def _index_uses(context: Context) -> Iterator[tuple[str, str, int, int]]:
    scenario = context.scenario
    if scenario.challenge:
        yield "a challenge", *context.place("type")
    environment = scenario.raw.get("environment")
    if isinstance(environment, dict):
        for key in ("uilayout", "dashboards", "terminals"):
            if environment.get(key) and environment[key] != "terminal":
                yield f"environment.{key}", *context.place("environment", key)
    for page in scenario.pages:
        keys: tuple[str | int, ...] = ("details", "steps", page.number - 1)
        if page.kind != "step":
            keys = ("details", page.kind)
        if page.answer:
            yield "an answer page", *context.place(*keys, "answer")
        if page.hint:
            yield "a hint script", *context.place(*keys, "hint")


def _page_uses(file: PageFile) -> Iterator[tuple[str, int]]:
    for block in file.scanned.blocks:
        if block.terminal and block.terminal != "T1":  # the one that there always is
            yield "a terminal by number (T2)", block.line
        if block.host:
            yield "a host in the braces", block.line
        if block.ctrl_seq:
            yield "ctrl-seq", block.line
        elif not block.newline:
            yield "no-newline", block.line
        if block.action == "open":
            yield "{{open}}", block.line
        elif block.action == "file" or (block.action == "copy" and _is_pre(file, block.line)):
            yield '<pre class="file">', block.line
    for quiz in file.scanned.quizzes:
        yield "a quiz", quiz.line
    square = _square(file.text)
    if square:
        yield "a [[…]] placeholder", file.lines.place(square.start)[0]


def _square(text: str) -> placeholders.Placeholder | None:
    """The first placeholder in the old platform's words."""
    all_found = placeholders.find(text) if "[[" in text else ()
    return next((found for found in all_found if not text.startswith("{{", found.start)), None)


def _is_pre(file: PageFile, line: int) -> bool:
    return "<pre" in file.lines[line - 1].lower() if line <= len(file.lines) else False
