"""Rules about what `index.json` says."""

import re
from collections.abc import Iterator

from handrail.lint.context import Context
from handrail.problems import Problem
from handrail.scenario import known_keys

_STEP_NUMBER = re.compile(r"\s*step\s*#?\d{1,3}\s*([:.)-]|$|\s)", re.IGNORECASE)
_NUMBER_ALONE = re.compile(r"\s*step\s*#?\d{1,3}\s*[:.)-]?\s*", re.IGNORECASE)
"""Without its number nothing would be left of such a title."""
_LEGACY_PAGE_KEYS = {"code": "foreground", "courseData": "background"}


def title_missing(context: Context) -> Iterator[Problem]:
    """Katacoda's own tool refused a scenario without a title."""
    if not context.scenario.title:
        yield Problem.of("title-missing", *context.place("title"))


def imageid_missing(context: Context) -> Iterator[Problem]:
    """Without an image no platform knows what to start."""
    if not context.scenario.imageid:
        yield Problem.of("imageid-missing", *context.place("backend"))


def steps_missing(context: Context) -> Iterator[Problem]:
    """Legal, but seldom meant."""
    if not any(page.kind == "step" for page in context.scenario.pages):
        yield Problem.of("steps-missing", *context.place("details"))


def layout_unknown(context: Context) -> Iterator[Problem]:
    """The fourteen layouts that occur in public scenarios, and Killercoda's "ide"."""
    layout = context.scenario.layout
    if layout and layout not in known_keys.LAYOUTS:
        close = known_keys.suggestion(layout, known_keys.LAYOUTS) or "terminal"
        keys = ("environment", "uilayout") if "environment" in context.scenario.raw else ("interface", "layout")
        yield Problem.of("layout-unknown", *context.place(*keys), layout=layout, close=close)


def dashboards_hidden(context: Context) -> Iterator[Problem]:
    """Katacoda showed dashboards only with `showdashboard`."""
    environment = context.scenario.raw.get("environment")
    if context.scenario.dashboards and isinstance(environment, dict) and not environment.get("showdashboard"):
        yield Problem.of("dashboards-hidden", *context.place("environment", "dashboards"))


def step_number_in_title(context: Context) -> Iterator[Problem]:
    """Platforms number steps themselves: "Step 1 - Step 1"."""
    for page in context.scenario.pages:
        repeats = _STEP_NUMBER.match(page.title) and not _NUMBER_ALONE.fullmatch(page.title)
        if page.kind == "step" and repeats and _raw_title(context, page.number):
            place = context.place("details", "steps", page.number - 1, "title")
            yield Problem.of("step-number-in-title", *place, title=page.title)


def legacy_key(context: Context) -> Iterator[Problem]:
    """`code`, `courseData` and `dockerimage` still occur in Killercoda's repositories."""
    for place, key, new in _legacy_keys(context):
        yield Problem.of("legacy-key", *place, key=key, new=new)


def _legacy_keys(context: Context) -> Iterator[tuple[tuple[str, int, int], str, str]]:
    raw = context.scenario.raw
    backend = raw.get("backend")
    if isinstance(backend, dict) and "dockerimage" in backend and "imageid" not in backend:
        yield context.place("backend", "dockerimage"), "dockerimage", "imageid"
    details = raw.get("details")
    if not isinstance(details, dict):
        return
    steps = details.get("steps")
    pages: list[tuple[tuple[str | int, ...], object]] = [
        (("details", name), details.get(name)) for name in ("intro", "finish")
    ]
    pages += [(("details", "steps", n), step) for n, step in enumerate(steps if isinstance(steps, list) else [])]
    for keys, page in pages:
        for key, new in _LEGACY_PAGE_KEYS.items():
            if isinstance(page, dict) and key in page:
                yield context.place(*keys, key), key, new


def _raw_title(context: Context, number: int) -> bool:
    details = context.scenario.raw.get("details")
    steps = details.get("steps") if isinstance(details, dict) else None
    step = steps[number - 1] if isinstance(steps, list) else None
    return isinstance(step, dict) and bool(step.get("title"))
