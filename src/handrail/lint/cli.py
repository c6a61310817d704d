"""`handrail lint`: arguments, exit status, progress."""

import argparse
import os
import sys
from pathlib import Path

from handrail.errors import HandrailError
from handrail.lint import config as configuration
from handrail.lint.engine import Target, lint, targets
from handrail.lint.fix import fix
from handrail.lint.progress import Progress
from handrail.lint.reports import GitHub, JsonLines, Pretty, Report
from handrail.lint.rules import NETWORK
from handrail.lint.sarif import Sarif
from handrail.problems.catalogue import LINTED


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `handrail lint`."""
    parser.add_argument(
        "paths",
        nargs="*",
        default=["."],
        metavar="PATH",
        help="scenario, course or repository, or a file of a scenario (default: .)",
    )
    parser.add_argument(
        "--format",
        choices=("pretty", "json", "github", "sarif"),
        default="pretty",
        help="pretty text, one JSON object per problem, GitHub annotations, or SARIF",
    )
    parser.add_argument("--fix", action="store_true", help="mend what can be mended safely, then lint")
    parser.add_argument("--network", action="store_true", help="also run the rules that ask the network")
    parser.add_argument("--strict", action="store_true", help="exit with 1 for warnings too")
    parser.add_argument("--disable", action="append", default=[], metavar="CODE", help="switch a rule off")
    parser.add_argument("--explain", metavar="CODE", help="say what a rule finds and why it weighs so, and exit")
    parser.add_argument("--rules", action="store_true", help="list the rules and exit")


def run(args: argparse.Namespace) -> int:
    """0: no errors. 1: errors (with --strict, warnings too). 2: nothing could be linted."""
    if args.rules:
        for rule in LINTED:
            network = " (--network)" if rule.code in NETWORK else ""
            print(f"{rule.code:28} {rule.severity:8} {rule.summary}{network}")
        return 0
    try:
        if args.explain:
            print(_explained(args.explain))
            return 0
        work = _work(args)
    except HandrailError as error:
        print(f"handrail: {error}", file=sys.stderr)
        return 2
    if not any(target.index or target.listings for target, _ in work):
        where = ", ".join(args.paths)
        print(f"handrail: no scenario under {where}; name a folder that holds an index.json.", file=sys.stderr)
        return 2
    worst = _lint_all(work, args, _report(args.format))
    return 1 if worst == "error" or (args.strict and worst == "warning") else 0


def _explained(code: str) -> str:
    rule = next((rule for rule in LINTED if rule.code == code), None)
    if rule is None:
        raise HandrailError(f"There is no rule {code}. `handrail lint --rules` lists them.")
    return f"{rule.code}: {rule.severity}\n{rule.summary}. {rule.why}"


def _work(args: argparse.Namespace) -> list[tuple[Target, configuration.Config]]:
    known = {rule.code for rule in LINTED}
    for code in args.disable:
        if code not in known:
            raise HandrailError(f"There is no rule {code}. `handrail lint --rules` lists them.")
    work: dict[Target, configuration.Config] = {}  # each once, in the order of the paths
    for name in args.paths:
        path = Path(os.path.abspath(name))
        if not path.exists():
            raise HandrailError(f"{name} does not exist. Name a folder that holds an index.json.")
        config = configuration.find(path if path.is_dir() else path.parent)
        config = configuration.with_options(config, frozenset(args.disable), args.network)
        for target in targets(path, config):
            work.setdefault(target, config)
    return list(work.items())


def _report(name: str) -> Report:
    if name == "json":
        return JsonLines(sys.stdout)
    if name == "github":
        return GitHub(sys.stdout)
    if name == "sarif":
        return Sarif(sys.stdout)
    return Pretty(sys.stdout, sys.stdout.isatty() and "NO_COLOR" not in os.environ)


def _lint_all(work: list[tuple[Target, configuration.Config]], args: argparse.Namespace, report: Report) -> str:
    """The worst severity found."""
    progress = Progress(sys.stderr, len(work), "folders")
    severities = {"": 0, "info": 1, "warning": 2, "error": 3}
    worst, scenarios, mended = "", 0, 0
    for done, (target, config) in enumerate(work, 1):
        if args.fix and target.index:
            mended += fix(target.folder, target.index)
        linted = lint(target, config)
        scenarios += linted.scenario
        if linted.problems:
            progress.clear()
        for problem in linted.problems:
            report.problem(problem)
            worst = max(worst, problem.severity, key=lambda name: severities[name])
        progress.step(done)
    progress.clear()
    if args.fix:
        print(f"handrail: mended {mended} file{'s' if mended != 1 else ''}.", file=sys.stderr)
    report.end(scenarios)
    return worst
