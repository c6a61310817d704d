"""Page text to tokens, blocks, quizzes and problems, by markdown-it-py with our rules. Pure; makes no HTML."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from handrail import block_marks, fences, file_blocks, spans
from handrail import quizzes as quiz_rule
from handrail.actions import Block, Braces, Marks
from handrail.headings import tight_heading
from handrail.html_blocks import html_block
from handrail.languages import parse_info
from handrail.page_problems import note_problem
from handrail.problem import Problem
from handrail.quizzes import Quiz


@dataclass(frozen=True)
class Parsed:
    """A page as tokens. Tokens of blocks and quizzes hold them in `meta["block"]` and `meta["quiz"]`."""

    tokens: list[Token] = field(repr=False)
    blocks: tuple[Block, ...]
    quizzes: tuple[Quiz, ...]
    problems: tuple[Problem, ...]
    title: str | None
    braces: tuple[tuple[int, int, Braces], ...] = ()
    """Every `{{…}}` that counts with its line (from 1) and column (from 0) in `lines(text)`, in page order."""


def lines(text: str) -> list[str]:
    """The lines of a page as the parser counts them: also a carriage return alone ends one."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def parse(text: str, page_id: str, path: str = "", *, spans_only: bool = False) -> Parsed:
    """Parse a page. Never raises, whatever the text.

    `spans_only` leaves out of paragraphs what is neither a code span nor a picture: the same blocks and problems
    in a third of the time, for those who do not make HTML.
    """
    tokens = markdown(spans_only).parse(text.removeprefix("\ufeff"))
    return _Collector(page_id, path, text).collect(tokens)


@functools.cache
def markdown(spans_only: bool = False) -> MarkdownIt:
    """The parser with our rules."""
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": 60}).enable("table").enable("strikethrough")
    block = parser.block.ruler
    ends = ["paragraph", "reference", "blockquote", "list"]
    block.at("html_block", html_block, {"alt": ends[:3]})
    # An indent of four and more may still be a fence; see `fences`.
    block.disable("fence")
    block.before("code", "hr_fence", fences.fence, {"alt": ends})
    block.before("html_block", "hr_file", file_blocks.file_block, {"alt": ends})
    block.before("blockquote", "hr_quiz", quiz_rule.quiz, {"alt": ends})
    block.after("heading", "hr_heading", tight_heading, {"alt": ends[:3]})
    parser.inline.ruler.at("backticks", spans.span)
    if spans_only:
        parser.core.ruler.at("block", _block_spans)
        parser.core.ruler.at("inline", _inline_spans)
    return parser


class _Kept(list[Token]):
    """Tokens that hold something to find. The opening and closing ones of a 5 MB page alone fill 400 MB."""

    _TYPES = frozenset({"inline", "html_block", "heading_open", fences.TOKEN, file_blocks.TOKEN, quiz_rule.TOKEN})

    def append(self, token: Token) -> None:
        if token.type in self._TYPES:
            super().append(token)


def _block_spans(state: StateCore) -> None:
    state.tokens = _Kept()
    state.md.block.parse(state.src, state.md, state.env, state.tokens)


def _inline_spans(state: StateCore) -> None:
    for token in state.tokens:
        if token.type != "inline":
            continue
        content = token.content
        spans_likely = "`" in content
        if (
            "![" in content
            or "<!-" in content
            or "<im" in content.lower()
            or (spans_likely and ("<" in content or "](" in content))
        ):
            token.children = []
            state.md.inline.parse(content, state.md, state.env, token.children)
        elif spans_likely:
            token.children = spans.scan(content)
    state.tokens = [token for token in state.tokens if token.type != "inline" or token.children]


_NO_MARKS = Marks()


class _Collector:
    """Walks the tokens in page order and numbers what can be clicked."""

    def __init__(self, page_id: str, path: str, text: str) -> None:
        self.page_id, self.path = page_id, path
        self.text = text
        self.blocks: list[Block] = []
        self.quizzes: list[Quiz] = []
        self.problems: list[Problem] = []
        self.braces: list[tuple[int, int, Braces]] = []
        self._written: dict[int, int] = {}
        self.marks: tuple[Marks, int] | None = None

    @functools.cached_property
    def lines(self) -> list[str]:
        # As in the tokens: the parser shows NUL as U+FFFD.
        return lines(self.text.replace("\0", "\ufffd"))

    def collect(self, tokens: list[Token]) -> Parsed:
        title = None
        for number, token in enumerate(tokens):
            if token.type == "inline":
                self.inline(token)
                if title is None and tokens[number - 1].type == "heading_open":
                    title = _plain(token) or None
            elif token.type == "html_block":
                self.comment(token.content, _line(token))
            elif token.type == fences.TOKEN:
                self.fence(token)
            elif token.type == file_blocks.TOKEN:
                self.file(token)
            elif token.type == quiz_rule.TOKEN:
                self.quiz(token)
            elif token.type == "heading_open":
                self.notes(token)
        self.unused_marks()
        problems = sorted(self.problems, key=lambda problem: (problem.line, problem.column))
        return Parsed(tokens, tuple(self.blocks), tuple(self.quizzes), tuple(problems), title, tuple(self.braces))

    def inline(self, token: Token) -> None:
        if not token.children or ("`" not in token.content and "<!--" not in token.content):
            return
        line, counted = _line(token), 0
        for child in token.children:
            if child.type == spans.TOKEN:
                offset = child.meta["offset"]
                line += token.content.count("\n", counted, offset)
                counted = offset
                self.span(child, line, token.content)
            elif child.type == "html_inline":
                self.comment(child.content, line)

    def span(self, token: Token, line: int, content: str) -> None:
        braces: Braces = token.meta["braces"]
        closing_line = line + (token.content.count("\n") if token.meta["broken"] else 0)
        self.written(closing_line, content, braces)
        if braces.tokens.action is None:
            return
        token.meta["block"] = self.block(braces, token.content, line, "", inline=True)
        self.brace_problems(braces, closing_line)
        if token.meta["broken"]:
            self.note("span-broken", line - 1, "")
        elif len(token.markup) >= 3:
            self.note("span-triple", line - 1, "")

    def fence(self, token: Token) -> None:
        self.notes(token)
        braces: Braces | None = token.meta["braces"]
        if braces is None:
            return
        line = token.meta["braces_line"] + 1
        # The offset is one in the whole page.
        self.braces.append((line, token.meta["braces_column"], braces))
        if braces.tokens.action is None:
            return
        language = parse_info(token.info)[0]
        text = token.content.removesuffix("\n")
        token.meta["block"] = self.block(braces, text, _line(token), language, inline=False)
        self.brace_problems(braces, line)

    def written(self, number: int, content: str, braces: Braces) -> None:
        """Note where on the page these braces stand. `content`: the paragraph, or the table's cell, they are in."""
        begin = content.rfind("\n", 0, braces.start) + 1
        end = content.find("\n", begin)
        part = content[begin:] if end < 0 else content[begin:end]
        whole = self.lines[number - 1]
        at = len(whole.rstrip()) - len(part.rstrip())
        if not whole.startswith(part.rstrip(), at):
            # A cell, or a heading with hashes after it: they come one after the other.
            at = whole.find(part, self._written.get(number, 0))
        if at >= 0:
            self._written[number] = at + len(part)
            self.braces.append((number, at + braces.start - begin, braces))

    def block(self, braces: Braces, text: str, line: int, language: str, *, inline: bool) -> Block:
        tokens = braces.tokens
        assert tokens.action is not None
        return self.add(
            Block(
                id=self.next_id(),
                line=line,
                text=text,
                action=tokens.action,
                terminal=tokens.terminal,
                host=tokens.host,
                interrupt=tokens.interrupt,
                ctrl_seq=tokens.ctrl_seq,
                newline=tokens.newline and not tokens.ctrl_seq,
                language=language,
                marks=self.next_marks(),
                inline=inline,
            )
        )

    def file(self, token: Token) -> None:
        self.notes(token)
        meta = token.meta
        edits = meta["filename"] and meta["target"]
        if meta["target"] and not meta["filename"]:
            self.note("file-unnamed", _line(token) - 1, meta["target"])
        if meta["target"] == "insert" and not meta["marker"]:
            self.note("marker-missing", _line(token) - 1, "")
        meta["block"] = self.add(
            Block(
                id=self.next_id(),
                line=_line(token),
                text=token.content,
                action="file" if edits else "copy",
                filename=meta["filename"],
                target=meta["target"] if edits else None,
                marker=meta["marker"],
                marks=self.next_marks(),
            )
        )

    def next_id(self) -> str:
        return f"{self.page_id}-{len(self.blocks) + 1}"

    def next_marks(self) -> Marks:
        """What the comment before the block says; it counts for one block."""
        marks, self.marks = self.marks, None
        return marks[0] if marks else _NO_MARKS

    def add(self, block: Block) -> Block:
        self.blocks.append(block)
        return block

    def quiz(self, token: Token) -> None:
        self.notes(token)
        numbered = replace(token.meta["quiz"], id=f"{self.page_id}-q{len(self.quizzes) + 1}")
        token.meta["quiz"] = numbered
        self.quizzes.append(numbered)

    def comment(self, text: str, line: int) -> None:
        found = block_marks.parse_comment(text) if "handrail:" in text else None
        if found is None:
            return
        self.unused_marks()
        marks, wrong = found
        self.marks = (marks, line)
        for reason in wrong:
            self.note("mark-unknown", line - 1, reason)

    def unused_marks(self) -> None:
        if self.marks is not None:
            self.note("mark-unused", self.marks[1] - 1, "")
        self.marks = None

    def brace_problems(self, braces: Braces, line: int) -> None:
        for written, meant in braces.tokens.misspelt:
            self.note("action-misspelt", line - 1, f"{written}\0{meant}")
        for word in braces.tokens.unknown:
            self.note("action-unknown-word", line - 1, word)
        if braces.spaced:
            self.note("action-spaced", line - 1, braces.raw)

    def notes(self, token: Token) -> None:
        for code, line, detail in token.meta.get("notes", ()):
            self.note(code, line, detail)

    def note(self, code: str, line: int, detail: str) -> None:
        source = self.lines[line] if 0 <= line < len(self.lines) else ""
        self.problems.append(note_problem(code, self.path, line + 1, source, detail))


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _plain(token: Token) -> str:
    """The text of a heading without its markup."""
    return "".join(_plain_children(token.children or [])).strip()


def _plain_children(children: list[Token]) -> Iterator[str]:
    for child in children:
        if child.type in ("text", "code_inline", spans.TOKEN, "image"):
            yield child.content
        elif child.type == "softbreak":
            yield " "
