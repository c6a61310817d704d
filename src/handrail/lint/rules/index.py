"""Rules about what `index.json` says."""

import re
from collections.abc import Iterator

from handrail import known_keys
from handrail.lint.subject import Subject
from handrail.problem import Problem

_STEP_NUMBER = re.compile(r"\s*step\s*#?\d{1,3}\s*([:.)-]|$|\s)", re.IGNORECASE)
_LEGACY_PAGE_KEYS = {"code": "foreground", "courseData": "background"}


def title_missing(subject: Subject) -> Iterator[Problem]:
    """Katacoda's own tool refused a scenario without a title."""
    if not subject.scenario.title:
        place = subject.place("title")
        yield Problem("title-missing", "warning", *place, "The scenario has no title.", 'Add "title".')


def imageid_missing(subject: Subject) -> Iterator[Problem]:
    """Without an image no platform knows what to start."""
    if not subject.scenario.imageid:
        yield Problem(
            "imageid-missing",
            "warning",
            *subject.place("backend"),
            "The scenario names no image.",
            'Add "backend": {"imageid": "ubuntu"}.',
        )


def steps_missing(subject: Subject) -> Iterator[Problem]:
    """Legal, but seldom meant."""
    if not any(page.kind == "step" for page in subject.scenario.pages):
        yield Problem("steps-missing", "info", *subject.place("details"), "The scenario has no steps.", 'Add "steps".')


def layout_unknown(subject: Subject) -> Iterator[Problem]:
    """The fourteen layouts that occur in public scenarios, and Killercoda's "ide"."""
    layout = subject.scenario.layout
    if layout and layout not in known_keys.LAYOUTS:
        close = known_keys.suggestion(layout, known_keys.LAYOUTS) or "terminal"
        keys = ("environment", "uilayout") if "environment" in subject.scenario.raw else ("interface", "layout")
        yield Problem(
            "layout-unknown",
            "warning",
            *subject.place(*keys),
            f'No player knows the layout "{layout}".',
            f'Write "{close}".',
        )


def dashboards_hidden(subject: Subject) -> Iterator[Problem]:
    """Katacoda showed dashboards only with `showdashboard`."""
    environment = subject.scenario.raw.get("environment")
    if subject.scenario.dashboards and isinstance(environment, dict) and not environment.get("showdashboard"):
        yield Problem(
            "dashboards-hidden",
            "warning",
            *subject.place("environment", "dashboards"),
            "Dashboards are listed but not shown.",
            'Add "showdashboard": true beside them.',
        )


def step_number_in_title(subject: Subject) -> Iterator[Problem]:
    """Platforms number steps themselves: "Step 1 - Step 1"."""
    for page in subject.scenario.pages:
        if page.kind == "step" and _raw_title(subject, page.number) and _STEP_NUMBER.match(page.title):
            yield Problem(
                "step-number-in-title",
                "warning",
                *subject.place("details", "steps", page.number - 1, "title"),
                f'The title "{page.title}" repeats the number that players add.',
                "Leave the number out.",
            )


def legacy_key(subject: Subject) -> Iterator[Problem]:
    """`code`, `courseData` and `dockerimage` still occur in Killercoda's repositories."""
    for place, key, new in _legacy_keys(subject):
        yield Problem("legacy-key", "warning", *place, f'Only Katacoda knew "{key}".', f'Write "{new}".')


def _legacy_keys(subject: Subject) -> Iterator[tuple[tuple[str, int, int], str, str]]:
    raw = subject.scenario.raw
    backend = raw.get("backend")
    if isinstance(backend, dict) and "dockerimage" in backend and "imageid" not in backend:
        yield subject.place("backend", "dockerimage"), "dockerimage", "imageid"
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
                yield subject.place(*keys, key), key, new


def _raw_title(subject: Subject, number: int) -> bool:
    details = subject.scenario.raw.get("details")
    steps = details.get("steps") if isinstance(details, dict) else None
    step = steps[number - 1] if isinstance(steps, list) else None
    return isinstance(step, dict) and bool(step.get("title"))
