"""A page to read: each scenario with its pages, blocks, times, statuses and output. One file, which loads nothing."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from handrail.runner.events import Result
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
.passed { color: var(--good); } .failed, .interrupted { color: var(--bad); } .typed, .skipped { color: var(--fair); }
"""


class Html(FileReport):
    """What failed is open, the rest opens at a click."""

    def write(self) -> None:
        runs = list(self.runs.values())
        title = runs[0].title or runs[0].scenario if len(runs) == 1 else f"{len(runs)} scenarios"
        parts = [
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>handrail test: {escape(title)}</title><style>{_STYLE}</style></head><body>",
            f"<h1>handrail test: {escape(title)}</h1>",
            *_summary(runs, self.cannot_begin),
            *(line for number, run in enumerate(runs) for line in _run(run, number)),
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


def _run(run: CollectedRun, number: int) -> Iterator[str]:
    yield f'<h2 id="run-{number}">{escape(run.title or run.scenario)}</h2>'
    for note in run.notes:
        yield f'<p class="skipped">{escape(note)}</p>'
    for page in dict.fromkeys(item.page for item in run.planned):
        yield f"<h3>{escape(run.pages.get(page) or page or 'Clean-up')}</h3>"
        for item in (item for item in run.planned if item.page == page):
            yield from _item(item, run.done.get(item.id))


def _item(item: Item, result: Result | None) -> Iterator[str]:
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
    ]
    is_open = " open" if outcome in ("failed", "interrupted") else ""
    yield f"<details{is_open}><summary>{head}</summary>{''.join(parts)}</details>"
