"""One name for a thing: Seldon's code says engine, executor and orchestrator; ours says orchestrator."""

import re
import tokenize
from pathlib import Path

from seldon_standin import operator

SOURCE = Path(operator.__file__).parents[1]


def other_names(source: Path) -> list[str]:
    with source.open("rb") as file:
        return [
            f"{source.name}:{token.start[0]}: {token.string}"
            for token in tokenize.tokenize(file.readline)
            if token.type == tokenize.NAME and re.search("engine|executor", token.string, re.IGNORECASE)
        ]


def test_no_name_of_ours_says_engine_or_executor() -> None:
    sources = sorted(SOURCE.rglob("*.py"))
    assert len(sources) > 40
    assert not [found for source in sources for found in [*other_names(source), *other_files(source)]]


def other_files(source: Path) -> list[str]:
    return [source.name] if re.search("engine|executor", source.name) else []


def test_such_a_name_is_seen(tmp_path: Path) -> None:
    source = tmp_path / "engine.py"
    source.write_text('NO_ENGINE = "seldon.io/no-engine"  # the engine\n')
    assert other_names(source) == ["engine.py:1: NO_ENGINE"]
    assert other_files(source) == ["engine.py"]
