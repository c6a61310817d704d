"""The part of a scenario that `handrail test --from`, `--until` and `--only` name."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from handrail.errors import HandrailError
from handrail.scenario.reader import Scenario


class NoSuchPart(HandrailError):
    """The scenario has no such page or block; the text says which it has."""


@dataclass(frozen=True)
class Part:
    """From the page `first` until the page `last`, both included; "" for no bound. What comes before the first page is
    done as well, since the rest needs it, but is not judged by its checks. only: id of one block, done after all that
    comes before its page, without checks. left_out: id of one block of the first page, the only one that `--mutate`
    leaves out; what comes after it judges that."""

    first: str = ""
    last: str = ""
    only: str = ""
    left_out: str = ""


WHOLE = Part()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that name a part."""
    part = parser.add_argument_group("a part of one scenario")
    part.add_argument(
        "--from", dest="first", default="", metavar="PAGE", help="judge only this page (step2) and those after it"
    )
    part.add_argument("--until", dest="last", default="", metavar="PAGE", help="stop after this page")
    part.add_argument(
        "--only", default="", metavar="BLOCK",
        help="of its page run this block (step2-1) alone; with --mutate leave out this one alone",
    )  # fmt: skip


def of(args: argparse.Namespace, scenario: Scenario) -> Part:
    """What the arguments name. Raises NoSuchPart."""
    pages = [page.id for page in scenario.pages]
    page_of_block = args.only.rpartition("-")[0].removesuffix("-answer")
    if args.only and (args.first or args.last):
        raise NoSuchPart("--only names one block: leave out --from and --until.")
    for option, page in (("--from", args.first), ("--until", args.last), ("--only", page_of_block)):
        if (page or (option == "--only" and args.only)) and page not in pages:
            given = args.only if option == "--only" else page
            raise NoSuchPart(f"{option} {given}: there is no such page. {scenario.name} has {', '.join(pages)}.")
    if args.first and args.last and pages.index(args.first) > pages.index(args.last):
        raise NoSuchPart(f"--from {args.first} comes after --until {args.last}.")
    if args.mutate:
        return Part(args.first or page_of_block, args.last, left_out=args.only)
    return Part(args.first or page_of_block, args.last or page_of_block, args.only)
