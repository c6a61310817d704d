"""Scenarios made of fragments with planted slips: no crash, every slip reported, no false alarm.

Here a few of them; `python -m tests.generated 1000` makes more.
"""

from pathlib import Path

import pytest

from tests.generated.expectations import faults, found
from tests.generated.fragments import HEALTHY, PAGE_SLIPS, Fragment, Slip
from tests.generated.scenarios import Made, make


@pytest.mark.parametrize("seed", range(30))
def test_a_generated_scenario_is_read_linted_and_exported_as_it_was_made(seed: int, tmp_path: Path) -> None:
    made = make(tmp_path, seed)
    assert faults(made, tmp_path / "out") == []


def page(root: Path, text: str) -> Path:
    root.mkdir()
    (root / "index.json").write_text(
        '{"title": "T", "details": {"steps": [{"title": "One", "text": "a.md"}]}, "backend": {"imageid": "ubuntu"}}'
    )
    (root / "own.png").write_text("picture")
    (root / "a.md").write_text(text)
    return root


@pytest.mark.parametrize("slip", PAGE_SLIPS, ids=lambda slip: slip.code)
def test_each_slip_is_reported_at_its_line_alone(slip: Slip, tmp_path: Path) -> None:
    root = page(tmp_path / "s", f"Words.\n\n{slip.text}\n" + ("" if slip.last else "\nWords.\n"))
    made = Made(root, {(slip.code, "a.md", slip.line + 3)}, {"step1": list(slip.blocks)})
    assert faults(made, tmp_path / "out") == []


@pytest.mark.parametrize("fragment", HEALTHY, ids=range(len(HEALTHY)))
def test_each_healthy_piece_is_no_problem(fragment: Fragment, tmp_path: Path) -> None:
    assert found(page(tmp_path / "s", fragment.text)) == set()
