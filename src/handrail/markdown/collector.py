"""Takes the tokens of a page in their order and makes blocks, quizzes and problems of them."""

import re
from array import array
from collections.abc import Iterable
from dataclasses import replace

from markdown_it.token import Token

from handrail.markdown import directives, fences, file_blocks, quiz_blocks, spans
from handrail.markdown.actions import Braces, find
from handrail.markdown.blocks import Block, Directives
from handrail.markdown.languages import parse_info
from handrail.markdown.lines import Lines, Paragraph
from handrail.markdown.notes import Note, near
from handrail.markdown.quizzes import Quiz
from handrail.problems import CappedProblems, Problem

_NO_DIRECTIVES = Directives()
_IMG = re.compile(r"<img\s[^<>]{0,500}?src\s{0,3}=\s{0,3}[\"']?([^\"'\s<>]{1,500})", re.IGNORECASE)


class Collector:
    """Numbers what can be clicked. `lines`: the page's, with NUL as U+FFFD, as the parser shows it."""

    def __init__(self, page_id: str, path: str, lines: Lines) -> None:
        self.page_id, self.path, self.lines = page_id, path, lines
        self.blocks: list[Block] = []
        self.quizzes: list[Quiz] = []
        self.braces = array("I")
        """Line and column, both from 0, of each `{{…}}` that counts, blanks before it included: two numbers each."""
        self.tight_headings = array("I")
        """Lines, from 0, of headings without a blank."""
        self.images: list[tuple[int, str]] = []
        """Line, from 0, and address of every picture."""
        self.odd_html: list[tuple[int, str]] = []
        """Line, from 0, and text of the HTML blocks that hold an action or an odd number of quotes."""
        self._few = CappedProblems()
        self._directives: tuple[Directives, int] | None = None
        self._before = ""

    def feed(self, token: Token) -> None:
        """Take the next token of the page that is not an inline one."""
        if token.type == "html_block":
            self._html(token)
        elif token.type == fences.TOKEN:
            self._fence(token)
        elif token.type == file_blocks.TOKEN:
            self._file(token)
        elif token.type == quiz_blocks.TOKEN:
            self._quiz(token)
        elif token.type == "heading_open":
            self._notes(token)
        self._before = token.type

    def inline(self, token: Token, children: Iterable[Token]) -> None:
        """Take the next token of the page, an inline one, with what stands in it."""
        cell = self._before in ("td_open", "th_open")
        places = Paragraph(self.lines, token.content, _line(token), cell=cell)
        for child in children:
            self._child(child, places)
        if "{{" in token.content:
            self._dangling(token.content, Paragraph(self.lines, token.content, _line(token), cell=cell))

    def _dangling(self, content: str, places: Paragraph) -> None:
        """Notes actions that no code stands before. Whatever has other words in it belongs to a template."""
        for at in spans.outside(content):
            braces = find(content, at)
            if braces and braces.tokens.action and not braces.tokens.misspelt and not braces.tokens.unknown:
                note = Note("action-without-code", places.line(at), facts={"braces": braces.raw}, at=braces.raw)
                self._note(note, places.column(at))

    def _child(self, token: Token, places: Paragraph) -> None:
        if token.type == spans.TOKEN:
            self._span(token, places)
        elif token.type == "code_inline" and "near" in token.meta:
            offset = token.meta["offset"]
            self._note(near(places.line(offset), *token.meta["near"]), places.column(offset))
        elif token.type == "image":
            self.images.append((places.line(token.meta["offset"]), str(token.attrs.get("src", ""))))
        elif token.type == "html_inline":
            line = places.line(token.meta["offset"])
            self._pictures(token.content, line)
            self._comment(token.content, line)

    def _html(self, token: Token) -> None:
        self._pictures(token.content, _line(token))
        if "`{{" in token.content or token.content.count('"') % 2:
            self.odd_html.append((_line(token), token.content))
        self._comment(token.content, _line(token))

    def _pictures(self, html: str, line: int) -> None:
        counted = 0
        for match in _IMG.finditer(html):
            line += html.count("\n", counted, match.start())
            counted = match.start()
            self.images.append((line, match[1]))

    def finish(self) -> tuple[Problem, ...]:
        """The problems, by place, once every token was fed."""
        self._unused_directives()
        return tuple(sorted(self._few.problems(), key=lambda problem: (problem.line, problem.column)))

    def _span(self, token: Token, places: Paragraph) -> None:
        braces: Braces = token.meta["braces"]
        line = places.line(token.meta["offset"])
        closing = places.line(braces.at)
        column = places.column(braces.at)
        if column is not None:
            self.braces.extend((closing, column))
        if braces.tokens.action is None:
            return
        token.meta["block"] = self._block(braces, token.content, line, "", inline=True)
        self._brace_problems(braces, closing, column)
        if token.meta["broken"]:
            self._note(Note("span-broken", line))
        elif len(token.markup) >= 3:
            self._note(Note("span-triple", line))

    def _fence(self, token: Token) -> None:
        self._notes(token)
        braces: Braces | None = token.meta["braces"]
        if braces is None:
            return
        line, column = token.meta["braces_line"], token.meta["braces_column"]
        self.braces.extend((line, column))
        if braces.tokens.action is None:
            return
        language = parse_info(token.info)[0]
        text = token.content.removesuffix("\n")
        token.meta["block"] = self._block(braces, text, _line(token), language, inline=False)
        self._brace_problems(braces, line, column)

    def _block(self, braces: Braces, text: str, line: int, language: str, *, inline: bool) -> Block:
        tokens = braces.tokens
        assert tokens.action is not None
        if not text.strip() and not (tokens.interrupt or tokens.ctrl_seq):
            self._note(Note("block-empty", line))
        return self._add(
            Block(
                id=self._next_id(),
                line=line + 1,
                text=text,
                action=tokens.action,
                terminal=tokens.terminal,
                host=tokens.host,
                interrupt=tokens.interrupt,
                ctrl_seq=tokens.ctrl_seq,
                newline=tokens.newline and not tokens.ctrl_seq,
                language=language,
                directives=self._next_directives(),
                inline=inline,
            )
        )

    def _file(self, token: Token) -> None:
        self._notes(token)
        meta = token.meta
        edits = meta["filename"] and meta["target"]
        if meta["target"] and not meta["filename"]:
            self._note(Note("file-unnamed", _line(token), facts={"target": meta["target"]}, at=meta["target"]))
        if meta["target"] == "insert" and not meta["marker"]:
            self._note(Note("marker-missing", _line(token)))
        meta["block"] = self._add(
            Block(
                id=self._next_id(),
                line=_line(token) + 1,
                text=token.content,
                action="file" if edits else "copy",
                filename=meta["filename"],
                target=meta["target"] if edits else None,
                marker=meta["marker"],
                directives=self._next_directives(),
            )
        )

    def _next_id(self) -> str:
        return f"{self.page_id}-{len(self.blocks) + 1}"

    def _next_directives(self) -> Directives:
        """What the comment before the block says; it counts for one block."""
        directives, self._directives = self._directives, None
        return directives[0] if directives else _NO_DIRECTIVES

    def _add(self, block: Block) -> Block:
        self.blocks.append(block)
        return block

    def _quiz(self, token: Token) -> None:
        self._notes(token)
        numbered = replace(token.meta["quiz"], id=f"{self.page_id}-q{len(self.quizzes) + 1}")
        token.meta["quiz"] = numbered
        self.quizzes.append(numbered)

    def _comment(self, text: str, line: int) -> None:
        found = directives.parse_comment(text) if "handrail:" in text else None
        if found is None:
            return
        self._unused_directives()
        read, wrong = found
        self._directives = (read, line)
        if wrong is None:
            self._note(Note("directive-unknown", line, "quote"))
        for word in wrong or ():
            self._note(Note("directive-unknown", line, facts={"word": word}))

    def _unused_directives(self) -> None:
        if self._directives is not None:
            self._note(Note("directive-unused", self._directives[1]))
        self._directives = None

    def _brace_problems(self, braces: Braces, line: int, column: int | None) -> None:
        for written, meant in braces.tokens.misspelt:
            facts: dict[str, str | int] = {"written": written, "meant": meant}
            self._note(Note("action-misspelt", line, facts=facts, at=written), column)
        for word in braces.tokens.unknown:
            self._note(Note("action-unknown-word", line, facts={"word": word}, at=word), column)
        if braces.spaced:
            self._note(Note("action-spaced", line, facts={"braces": braces.raw}, at=braces.raw), column)

    def _notes(self, token: Token) -> None:
        for note in token.meta.get("notes", ()):
            if note.code == "heading-tight":
                self.tight_headings.append(note.line)
            self._note(note)

    def _note(self, note: Note, column: int | None = None) -> None:
        """`column`: from where on the line to look for what the note is about."""
        if self._few.room(note.code, self.path, note.line + 1):
            source = self.lines[note.line] if 0 <= note.line < len(self.lines) else ""
            self._few.add(note.problem(self.path, source, column or 0))


def _line(token: Token) -> int:
    return token.map[0] if token.map else 0
