"""What Katacoda had and Killercoda does not have. One problem for each feature and file."""

from collections.abc import Iterator

from handrail.lint.context import Context, PageFile
from handrail.markdown import placeholders
from handrail.problems import Problem
from handrail.scenario.json_problems import place


def not_on_killercoda(context: Context) -> Iterator[Problem]:
    """Each use of what cannot be carried over."""
    texts = {file.path: file.text for file in context.pages}
    texts.update((script.path, script.text) for script in context.scripts)
    for case, path, line, column in uses(context):
        square = _square(texts.get(path, "")) if case == "placeholder" else None
        if square and square.name.startswith(("TRAFFIC_HOST", "TRAFFIC_SELECTOR")):
            yield Problem.of("not-on-killercoda", path, line, column, "address", name=square.name)
        else:
            yield Problem.of("not-on-killercoda", path, line, column, case)


def uses(context: Context) -> Iterator[tuple[str, str, int, int]]:
    """(case in the catalogue, path, line, column) of the first use of each feature in each file."""
    yield from _index_uses(context)
    for file in context.pages:
        seen = set()
        for case, line in _page_uses(file):
            if case not in seen:
                seen.add(case)
                yield case, file.path, line, 1
    for script in context.scripts:
        square = _square(script.text)
        if square:
            yield "placeholder", script.path, *place(script.text, square.start)


def _index_uses(context: Context) -> Iterator[tuple[str, str, int, int]]:
    scenario = context.scenario
    if scenario.challenge:
        yield "challenge", *context.place("type")
    environment = scenario.raw.get("environment")
    if isinstance(environment, dict):
        for key in ("uilayout", "dashboards", "terminals"):
            if environment.get(key) and environment[key] != "terminal":
                yield key, *context.place("environment", key)
    for page in scenario.pages:
        keys: tuple[str | int, ...] = ("details", "steps", page.number - 1)
        if page.kind != "step":
            keys = ("details", page.kind)
        if page.answer:
            yield "answer", *context.place(*keys, "answer")
        if page.hint:
            yield "hint", *context.place(*keys, "hint")


def _page_uses(file: PageFile) -> Iterator[tuple[str, int]]:
    for block in file.parsed.blocks:
        if block.terminal and block.terminal != "T1":  # the one that there always is
            yield "terminal", block.line
        if block.host:
            yield "host", block.line
        if block.ctrl_seq:
            yield "ctrl_seq", block.line
        elif not block.newline:
            yield "no_newline", block.line
        if block.action == "open":
            yield "open", block.line
        elif block.action == "file" or (block.action == "copy" and _is_pre(file, block.line)):
            yield "file", block.line
    for quiz in file.parsed.quizzes:
        yield "quiz", quiz.line
    square = _square(file.text)
    if square:
        yield "placeholder", file.lines.place(square.start)[0]


def _square(text: str) -> placeholders.Placeholder | None:
    """The first placeholder in the old platform's words."""
    all_found = placeholders.find(text) if "[[" in text else ()
    return next((found for found in all_found if not text.startswith("{{", found.start)), None)


def _is_pre(file: PageFile, line: int) -> bool:
    return "<pre" in file.lines[line - 1].lower() if line <= len(file.lines) else False
