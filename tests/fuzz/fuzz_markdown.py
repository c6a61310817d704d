"""Coverage-guided fuzzing of the page parser, by hand: no input may raise, hide a block, or make unsafe HTML.

    pip install atheris
    python tests/fuzz/fuzz_markdown.py CORPUS_FOLDER -max_total_time=600 -max_len=4096

CORPUS_FOLDER is filled with inputs that reach new code; tests/corpus' pages make good seeds. Not part of CI.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["handrail", "markdown_it"]):
    from handrail.lint.fix import mend_page
    from handrail.markdown.api import parse, render
    from handrail.markdown.placeholders import LocalPorts

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.unit.handrail.safe_html import blocks_of_safe


def one(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    made = render(text, "step1", placeholders=LocalPorts())
    assert sorted(blocks_of_safe(made.html)) == sorted(block.id for block in made.blocks)
    fast = parse(text, "step1")
    assert [block.text for block in fast.blocks] == [block.text for block in parse(text, "step1", whole=True).blocks]
    mended = mend_page(text)
    assert mend_page(mended) == mended


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
