"""Code to HTML with classes for colours, by Pygments."""

import functools
import html
import io
from typing import TYPE_CHECKING

from handrail.markdown.languages import is_plain

if TYPE_CHECKING:
    from pygments.lexer import Lexer

# Some lexers take quadratic time on strange input: colours are for code of a size that people read.
_LARGEST = 20_000
_LONGEST_LINE = 1_000


def highlight(code: str, language: str, lines: frozenset[int] = frozenset()) -> str:
    """HTML of `code`, without a wrapping element. `lines` (from 1) are marked with class "hll"."""
    lexer = _lexer(language) if _worth_it(code, language) else None
    if lexer is None:
        return html.escape(code)
    from pygments import lex
    from pygments.formatters import HtmlFormatter

    formatter = HtmlFormatter(nowrap=True, hl_lines=sorted(lines))
    out = io.StringIO()
    formatter.format(lex(code, lexer), out)
    made = out.getvalue()
    # The formatter ends the last line even when the code does not.
    return made if code.endswith("\n") else made.removesuffix("\n")


def _worth_it(code: str, language: str) -> bool:
    if is_plain(language) or not code or len(code) > _LARGEST:
        return False
    return max(map(len, code.split("\n"))) <= _LONGEST_LINE


@functools.lru_cache(maxsize=64)
def _lexer(language: str) -> "Lexer | None":
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
