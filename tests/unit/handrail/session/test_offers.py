"""A failed check offers the commands of its "To do:", and nothing else."""

from __future__ import annotations

import pytest

from handrail.session.offers import Offers, parts


def commands(reason: str) -> list[str]:
    return [part.text for part in parts(reason, "step1") if part.block]


@pytest.mark.parametrize(
    ("reason", "offered"),
    [
        pytest.param("Expected: a bed\nTo do:    run `make bed`", ["make bed"], id="one"),
        pytest.param("To do: `a`, wait, then `b -c`", ["a", "b -c"], id="two"),
        pytest.param("To do: look\n  first: `a`\n  then: `b`", ["a", "b"], id="on the lines below"),
        pytest.param("  to do: ` make bed `", ["make bed"], id="small letters, blanks"),
        pytest.param("Found: `weeds`\nTo do: nothing", [], id="before the to do"),
        pytest.param("Found `weeds`, as one would To do: `x`", [], id="inside a line"),
        pytest.param("To do: `  `, one ` here\nand one there`", [], id="nothing inside, or over two lines"),
    ],
)
def test_commands_stand_in_backticks_after_to_do(reason: str, offered: list[str]) -> None:
    assert commands(reason) == offered


def test_the_parts_are_the_whole_reason() -> None:
    reason = "Found:  `no` bed\nTo do:  run `make bed` and `water`.\n"
    assert "".join(f"`{part.text}`" if part.block else part.text for part in parts(reason, "step1")) == reason


def test_the_same_command_keeps_its_id_and_another_has_another() -> None:
    first, again, other = (
        [part.block.id for part in parts(f"To do: {text}", "step2") if part.block]
        for text in ("`make bed`", "now `make bed`", "`make beds`")
    )
    assert first == again
    assert first != other


def test_only_what_the_last_check_of_a_page_offers_is_found() -> None:
    offers = Offers()
    said = (("a", "step1"), ("b", "step1"), ("c", "step2"))
    old, new, elsewhere = (parts(f"To do: `{text}`", page) for text, page in said)
    offers.keep("step1", old)
    offers.keep("step2", elsewhere)
    offers.keep("step1", new)
    found = [offers.find(part.block.id) for part in (*old, *new, *elsewhere) if part.block]
    assert [block and block.text for block in found] == [None, "b", "c"]
    offers.keep("step1", ())
    assert [offers.find(part.block.id) for part in new if part.block] == [None]
