"""What Katacoda had and Killercoda does not have. One problem for each feature and file."""

from collections.abc import Iterator

from handrail import placeholders
from handrail.json_problems import place
from handrail.lint.subject import PageFile, Subject
from handrail.problem import Problem

_ADVICE = {
    "a terminal by number (T2)": "Ask the learner to open a second tab.",
    "a host in the braces": "Use ssh in the command.",
    "ctrl-seq": "Tell the learner which keys to press.",
    "no-newline": "Tell the learner what to type.",
    "{{open}}": "Name the file in the text.",
    '<pre class="file">': "Write the file with a here-document in a block with {{exec}}.",
    "a quiz": "Check the answer with a verify script.",
    "a [[…]] placeholder": "Write {{TRAFFIC_HOST1_80}}; `handrail export --to killercoda` does it.",
    "environment.uilayout": 'Use "interface": {"layout": "ide"} for an editor.',
    "environment.dashboards": "Link to {{TRAFFIC_HOST1_80}} on a page.",
    "environment.terminals": "Open them from a page.",
    "an answer page": "Put it into <details><summary>Solution</summary>.",
    "a hint script": "Print the hint from the verify script.",
    "a challenge": "Use steps with verify scripts.",
}


def not_on_killercoda(subject: Subject) -> Iterator[Problem]:
    """Each use of what cannot be carried over."""
    for feature, path, line, column in uses(subject):
        yield Problem(
            "not-on-killercoda",
            "warning",
            path,
            line,
            column,
            f"Killercoda does not have {feature}.",
            _ADVICE[feature],
        )


def uses(subject: Subject) -> Iterator[tuple[str, str, int, int]]:
    """(feature, path, line, column) of the first use of each feature in each file."""
    yield from _index_uses(subject)
    for file in subject.pages:
        seen = set()
        for feature, line in _page_uses(file):
            if feature not in seen:
                seen.add(feature)
                yield feature, file.path, line, 1
    for script in subject.scripts:
        for found in placeholders.find(script.text) if "[[" in script.text else ():
            if script.text.startswith("{{", found.start):
                continue
            yield "a [[…]] placeholder", script.path, *place(script.text, found.start)
            break


def _index_uses(subject: Subject) -> Iterator[tuple[str, str, int, int]]:
    scenario = subject.scenario
    if scenario.challenge:
        yield "a challenge", *subject.place("type")
    environment = scenario.raw.get("environment")
    if isinstance(environment, dict):
        for key in ("uilayout", "dashboards", "terminals"):
            if environment.get(key) and environment[key] != "terminal":
                yield f"environment.{key}", *subject.place("environment", key)
    for page in scenario.pages:
        keys: tuple[str | int, ...] = ("details", "steps", page.number - 1)
        if page.kind != "step":
            keys = ("details", page.kind)
        if page.answer:
            yield "an answer page", *subject.place(*keys, "answer")
        if page.hint:
            yield "a hint script", *subject.place(*keys, "hint")


def _page_uses(file: PageFile) -> Iterator[tuple[str, int]]:
    for block in file.scanned.blocks:
        if block.terminal:
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
    for found in placeholders.find(file.text) if "[[" in file.text else ():
        if not file.text.startswith("{{", found.start):
            yield "a [[…]] placeholder", file.lines.place(found.start)[0]
            return


def _is_pre(file: PageFile, line: int) -> bool:
    return "<pre" in file.lines[line - 1].lower() if line <= len(file.lines) else False
