"""What `handrail test --mutate` leaves out of our lessons can be noticed, and what it does not makes nothing."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from handrail.markdown.api import Block, parse
from handrail.runner.mutants import mutants
from handrail.runner.plan import Item
from handrail.runner.read_only import only_reads
from handrail.scenario.reader import Page, load

REPO = Path(__file__).parents[3]
MORE = [item["path"] for item in json.loads((REPO / "more" / "structure.json").read_text(encoding="utf-8"))["items"]]
LESSONS = [REPO, *(REPO / "more" / name for name in MORE)]
# What stays. A pod that is deleted comes back by itself.
MAKES = re.compile(
    r"""(?x)
    \b(?: kubectl\ (?:apply|create|delete(?!\ pods?\b)|scale|patch|annotate|label|replace|set|run|expose|edit)\b
        | helm\ (?:install|upgrade|uninstall)\b | kind\ (?:create|delete|load)\b | sed\ -i
        | scripts/(?:build-image|load-image|apply-when-ready|set-up|go-back)\.sh | scripts/(?:roll_out|shift)\.py
      )
    | (?<![0-9&=])>>?\ *(?![&/ ]) [\w.]+[/.]\w    # into a file
    """
)


def blocks(lesson: Path) -> Iterator[tuple[Page, Block]]:
    for page in load(lesson).pages:
        text = "" if page.text is None else page.text.read_text(encoding="utf-8")
        yield from ((page, block) for block in parse(text, page.id).blocks if block.action in ("execute", "file"))


def is_left_out(page: Page, block: Block) -> bool:
    return any(mutants([Item(block.id, page.id, "block", "", "", block)]))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_block_that_is_left_out_stands_on_a_page_with_a_check(lesson: Path) -> None:
    unwatched = [block.id for page, block in blocks(lesson) if is_left_out(page, block) and page.verify is None]
    assert unwatched == [], "let a check look for what it makes, or mark it: <!-- handrail: mutate=no -->"


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_block_that_is_marked_makes_nothing_that_a_check_could_look_for(lesson: Path) -> None:
    marked = [(page, block) for page, block in blocks(lesson) if block.directives.only_looks]
    # The last page cleans up, and shows what all the rest can do without.
    makes = [block.id for page, block in marked if page.kind == "step" and MAKES.search(block.text)]
    assert makes == []
    assert [block.id for _, block in marked if only_reads(block.text)] == [], "known to only read without a mark"


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_each_check_has_something_to_notice(lesson: Path) -> None:
    left_out = {page.id for page, block in blocks(lesson) if is_left_out(page, block)}
    assert {page.id for page in load(lesson).pages if page.verify is not None} <= left_out


@pytest.mark.parametrize(
    "text",
    [
        "kubectl apply -f a.yaml",
        "echo 1 > server/version.txt",
        "sed 's/a/b/' a.yaml >manifests/b.yaml",
        "sed -i s/a/b/ a.yaml",
        "cat > model/a.py <<'EOF'",
        "python scripts/roll_out.py manifests/v2.yaml",
    ],
)
def test_what_makes_something_is_known(text: str) -> None:
    assert MAKES.search(text)
