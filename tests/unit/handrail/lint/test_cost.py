"""What a run of `handrail lint` costs: memory, and time that grows no faster than what is read."""

import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from handrail.lint.config import Config
from handrail.lint.engine import lint, lint_scenario, targets

from .conftest import PAGE, good


def many(root: Path, count: int, page: str = PAGE) -> Path:
    for number in range(count):
        good(root / f"course{number % 10}" / f"scenario{number}", page)
    return root


def test_memory_does_not_grow_with_the_number_of_scenarios(tmp_path: Path) -> None:
    def peak(folder: Path) -> int:
        tracemalloc.start()
        for target in targets(folder, Config()):
            lint(target, Config())
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    few, more = many(tmp_path / "few", 4, PAGE * 60), many(tmp_path / "more", 16, PAGE * 60)
    peak(few)
    assert peak(more) < 2 * peak(few)


def expect_linear(work: Callable[[Path], object], few: Path, more: Path, *, rounds: int) -> None:
    """`more` is four times `few`; the best of some rounds counts, since other programs only add to a time."""

    def seconds(folder: Path) -> float:
        begun = time.process_time()
        work(folder)
        return time.process_time() - begun

    seconds(few)
    best = {few: float("inf"), more: float("inf")}
    for _ in range(rounds):
        for folder in best:
            best[folder] = min(best[folder], seconds(folder))
        # Four times as it should be, sixteen times if it grew with the square.
        if best[more] < 8 * best[few]:
            return
    raise AssertionError(best.values())


def test_time_grows_with_the_number_of_scenarios_not_with_its_square(tmp_path: Path) -> None:
    def lint_all(folder: Path) -> None:
        for target in targets(folder, Config()):
            lint(target, Config())

    expect_linear(lint_all, many(tmp_path / "few", 15), many(tmp_path / "more", 60), rounds=6)


@pytest.mark.parametrize(
    "shape", ["cat <<A\n", "<<\ta\n", "<a> 'x ", "goo.gl\n", "{{TRAFFIC_HOST1_PORT}}\n", "a <img src=x.png>\n"]
)
def test_time_grows_with_the_size_of_a_block_not_with_its_square(tmp_path: Path, shape: str) -> None:
    def page(size: int) -> Path:
        return good(tmp_path / str(size), f"```\n{shape * (size // len(shape))}\n```{{{{exec}}}}\n")

    expect_linear(lint_scenario, page(20_000), page(80_000), rounds=4)


def test_time_grows_with_the_size_of_an_index_not_with_its_square(tmp_path: Path) -> None:
    def index(count: int) -> Path:
        steps = [{"title": "S", "text": f"no{number}.md", "oops": 1} for number in range(count)]
        assets = {"host01": [{"file": f"no{number}", "target": "/x"} for number in range(count)]}
        return good(tmp_path / str(count), details={"steps": steps, "assets": assets})

    expect_linear(lint_scenario, index(100), index(400), rounds=4)
