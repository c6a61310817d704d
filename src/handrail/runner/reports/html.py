"""A page to read: each scenario with its pages, blocks, times, statuses, output and pictures. One file, which loads
nothing."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from handrail.runner.events import Event, ItemEnded, PageEnded, Result
from handrail.runner.plan import Item
from handrail.runner.reports.files import CollectedRun, FileReport
from handrail.runner.reports.pretty import clock

_MARKS = {"passed": "✓", "typed": "»", "failed": "✗", "skipped": "-", "interrupted": "✗", "not run": "·"}
_STYLE = """
:root { color-scheme: light dark; --line: #8885; --good: #1a7f37; --bad: #cf222e; --fair: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --good: #3fb950; --bad: #ff7b72; --fair: #d29922; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; } td, th { text-align: left; padding: .25rem 1rem .25rem 0; }
td.number, th.number { text-align: right; }
h2 { border-top: 1px solid var(--line); padding-top: 1rem; }
details, .item { border-bottom: 1px solid var(--line); padding: .3rem 0; }
summary { cursor: pointer; } .time { float: right; font-variant-numeric: tabular-nums; }
.item { padding-left: 1.1rem; }
pre { overflow-x: auto; padding: .6rem; border: 1px solid var(--line); border-radius: 6px; font-size: 14px; }
.place { opacity: .75; font-size: 14px; } .reason { white-space: pre-wrap; }
.picture img { display: block; width: 22rem; max-width: 100%; border: 1px solid var(--line); border-radius: 6px; }
.picture[open] img { width: 100%; }
.passed { color: var(--good); } .failed, .interrupted { color: var(--bad); } .typed, .skipped { color: var(--fair); }
"""


class Html(FileReport):
    """What failed is open, the rest opens at a click."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._pictures: dict[str, dict[str, str]] = {}
        """What browsers showed, by run, then by item or page: each ready to be embedded."""

    def run(self, name: str = "") -> Callable[[Event], None]:
        handle = super().run(name)
        pictures = self._pictures[name] = {}

        def keep(event: Event) -> None:
            # At once: the folder of a run that passes is gone before that of the next one is there.
            match event:
                case ItemEnded(item, result) if result.picture:
                    pictures[item.id] = _embedded(result.picture)
                case PageEnded(page=page, picture=picture) if picture:
                    pictures[page.id] = _embedded(picture)
            handle(event)

        return keep

    def write(self) -> None:
        runs = list(self.runs.values())
        title = runs[0].title or runs[0].scenario if len(runs) == 1 else f"{len(runs)} scenarios"
        parts = [
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>handrail test: {escape(title)}</title><style>{_STYLE}</style></head><body>",
            f"<h1>handrail test: {escape(title)}</h1>",
            *_summary(runs, self.cannot_begin),
            *(line for number, run in enumerate(runs) for line in _run(run, number, self._pictures[run.name])),
            "</body></html>\n",
        ]
        self.path.write_text("\n".join(parts), encoding="utf-8", errors="replace")


def _summary(runs: list[CollectedRun], cannot_begin: dict[str, str]) -> Iterator[str]:
    yield '<table><tr><th>scenario</th><th>verdict</th><th class="number">passed</th><th class="number">failed</th>'
    yield '<th class="number">skipped</th><th class="number">not run</th><th class="number">time</th></tr>'
    for number, run in enumerate(runs):
        outcomes = [result.outcome for result in run.done.values()]
        counts = (
            sum(each in ("passed", "typed") for each in outcomes),
            sum(each in ("failed", "interrupted") for each in outcomes),
            outcomes.count("skipped"),
            len(run.planned) - len(run.done),
        )
        cells = "".join(f'<td class="number">{count}</td>' for count in counts)
        name = escape(run.name or run.title or run.scenario)
        yield f'<tr><td><a href="#run-{number}">{name}</a></td><td>{_verdict(run)}</td>{cells}'
        yield f'<td class="number">{clock(run.duration)}</td></tr>'
    for name, reason in cannot_begin.items():
        why = f'<td colspan="5">{escape(reason)}</td>'
        yield f'<tr><td>{escape(name)}</td><td class="failed">cannot begin</td>{why}</tr>'
    yield "</table>"


def _verdict(run: CollectedRun) -> str:
    if run.ended is None:
        return "not ended"
    outcome = "passed" if run.ended.ok else "interrupted" if run.ended.interrupted else "failed"
    return f'<span class="{outcome}">{outcome}</span>'


def _run(run: CollectedRun, number: int, pictures: dict[str, str]) -> Iterator[str]:
    yield f'<h2 id="run-{number}">{escape(run.title or run.scenario)}</h2>'
    for note in run.notes:
        yield f'<p class="skipped">{escape(note)}</p>'
    planned = [item.page for item in run.planned]
    for page in dict.fromkeys([*run.pages, *planned]):
        if page not in planned and page not in pictures:
            continue  # nothing is to be done there, and nobody has seen it
        yield f"<h3>{escape(run.pages.get(page) or page or 'Clean-up')}</h3>"
        for item in (item for item in run.planned if item.page == page):
            yield from _item(item, run.done.get(item.id), pictures.get(item.id, ""))
        if pictures.get(page):
            yield _picture(pictures[page], "The page in the end, as a learner sees it", is_open=False)


def _item(item: Item, result: Result | None, picture: str) -> Iterator[str]:
    outcome = "not run" if result is None else result.outcome
    head = f'<span class="{outcome}">{_MARKS[outcome]} <span class="place">{outcome}</span></span> {escape(item.title)}'
    head += f' <span class="place">{escape(item.id)}</span>'
    if result is None:
        yield f'<div class="item">{head}</div>'
        return
    head += f'<span class="time">{clock(result.duration)}</span>'
    parts = [
        f'<p class="place">{escape(item.place)}</p>' if item.place else "",
        f'<p class="reason">{escape(result.reason)}</p>' if result.reason else "",
        f"<pre>{escape(item.text.rstrip())}</pre>" if item.text else "",
        f'<pre class="output">{escape(result.output)}</pre>' if result.output else "",
        f'<p class="place">All of it: {escape(result.log)}</p>' if result.log else "",
        f'<p class="place">To watch it: asciinema play {escape(result.recording)}</p>' if result.recording else "",
        _picture(picture, "What the learner sees", is_open=True) if picture else "",
    ]
    is_open = " open" if outcome in ("failed", "interrupted") else ""
    yield f"<details{is_open}><summary>{head}</summary>{''.join(parts)}</details>"


def _picture(address: str, words: str, *, is_open: bool) -> str:
    image = f'<img src="{address}" alt="{words}">'
    return f'<details class="picture"{" open" if is_open else ""}><summary>{words}{image}</summary></details>'


def _embedded(file: str) -> str:
    """A picture's file as an address that holds it; "" when it cannot be read."""
    with contextlib.suppress(OSError):
        return "data:image/jpeg;base64," + base64.b64encode(Path(file).read_bytes()).decode("ascii")
    return ""
