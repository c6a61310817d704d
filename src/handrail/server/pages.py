"""The pages of a lesson as the browser may see them: which are open, what is on them, what the linter says."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from handrail.markdown.api import Quiz, Rendered
from handrail.problems import Problem
from handrail.scenario.reader import Page, Scenario, ScenarioError
from handrail.server.content import Content, content
from handrail.server.errors import RequestError
from handrail.session.session import Session

Picture = TypeVar("Picture")


class Pages:
    """Reads the session's scenario; renders a page again only after a change."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.problems: list[Problem] = []
        """What the linter says in author mode."""
        self.skipped: set[str] = set()
        """Pages that an instructor left without their check."""
        self._rendered: dict[str, tuple[str, Rendered]] = {}
        self._contents: dict[str, Content] = {}

    def shown(self) -> list[Page]:
        """The pages that the learner sees."""
        return [page for page in self.session.scenario.pages if not page.hidden]

    def page(self, page_id: str) -> Page:
        """The page with this id. Raises RequestError."""
        for page in self.shown():
            if page.id == page_id:
                return page
        raise RequestError(404, "There is no such page in this scenario.")

    def revision(self, page_id: str) -> str:
        """Another text after each change of the page or, in author mode, of what the linter says of it."""
        path = self.session.texts.path(page_id)
        try:
            found = path.stat() if path else None
        except OSError:
            return "missing"
        written = f"{found.st_mtime_ns}-{found.st_size}" if found else "none"
        return f"{written}-{hash(tuple(self._problems_of(page_id)))}" if self.problems else written

    def render(self, page_id: str) -> Rendered:
        """The page as it stands on the disk, rendered again only after a change. Raises ScenarioError."""
        revision = self.revision(page_id)
        known = self._rendered.get(page_id)
        if known is None or known[0] != revision:
            known = (revision, self.session.texts.render(page_id))
            self._rendered[page_id] = known
        return known[1]

    def content(self, page_id: str) -> dict[str, Any]:
        """The page for the browser."""
        page = self.readable(page_id)
        if page.text is None:
            for problem in self.session.scenario.problems:
                if _names(problem, [_entry(self.session.scenario, page).get("text")]):
                    raise RequestError(404, f"{problem.message} {problem.remedy}")
        try:
            rendered = self.render(page_id)
        except ScenarioError as error:
            raise RequestError(404, str(error)) from None
        made = content(
            self.session.scenario, page_id, self.session.texts.path(page_id), rendered,
            self._problems_of(page_id), self.revision(page_id), page.credits,
        )  # fmt: skip
        self._contents[page_id] = made
        return made.wire

    def answer(self, page_id: str) -> dict[str, Any]:
        """The page's solution, with commands that can be run."""
        page = self.readable(page_id)
        if page.answer is None:
            raise RequestError(404, "This page has no solution.")
        try:
            rendered = self.session.texts.render(f"{page_id}-answer")
        except ScenarioError as error:
            raise RequestError(404, str(error)) from None
        made = content(self.session.scenario, page_id, page.answer, rendered, [], "")
        self._contents[f"{page_id}-answer"] = made
        return made.wire

    def _problems_of(self, page_id: str) -> list[Problem]:
        """Those of the page's text, and those of the index: about the page's files, or all on the first page."""
        scenario = self.session.scenario
        path = self.session.texts.path(page_id)
        name = path and str(path.relative_to(scenario.root.resolve()))
        is_first = bool(self.shown()) and self.shown()[0].id == page_id
        files = [] if is_first else list(_entry(scenario, scenario.page(page_id.partition("-")[0])).values())
        return [
            each
            for each in self.problems
            if each.path == name or (each.path == scenario.index.name and (is_first or _names(each, files)))
        ]

    def image(self, page_id: str, number: int) -> Path:
        """The file of a picture that the page showed."""
        return _numbered(self._shown(page_id).images, number)

    def web_image(self, page_id: str, number: int) -> str:
        """The address of a picture from the web that the page offers."""
        return _numbered(self._shown(page_id).web_images, number)

    def _shown(self, page_id: str) -> Content:
        if page_id not in self._contents:
            self.content(page_id)
        return self._contents[page_id]

    def readable(self, page_id: str) -> Page:
        """The page, if it is open. Raises RequestError."""
        page = self.page(page_id)
        if not self.is_open(self.shown().index(page)):
            raise RequestError(409, "This page is not open yet: finish the one before it first.")
        return page

    def is_open(self, index: int) -> bool:
        """A page that was open stays open; the next one opens when the one before it is done."""
        shown = self.shown()
        if index == 0 or shown[index].id in self.session.progress.opened:
            return True
        before = shown[index - 1]
        if before.id not in self.session.progress.opened:
            return False
        if before.id in self.skipped:
            return True
        is_passed = before.verify is None or before.id in self.session.progress.passed
        return is_passed and all(self.answered(before.id))

    def answered(self, page_id: str) -> list[bool]:
        """For each question of the page, whether it has been answered rightly."""
        return [quiz.id in self.session.progress.answers for quiz in self.quizzes(page_id)]

    def quizzes(self, page_id: str) -> tuple[Quiz, ...]:
        """The page's questions; none when it cannot be read."""
        try:
            return self.render(page_id).quizzes
        except ScenarioError:
            return ()

    def info(self, page: Page, index: int) -> dict[str, Any]:
        """What the progress bar and the buttons need to know of a page."""
        return {
            "id": page.id,
            "kind": page.kind,
            "number": page.number,
            "title": page.title,
            "check": page.verify is not None,
            "answer": page.answer is not None,
            "background": page.background.name if page.background else "",
            "passed": page.id in self.session.progress.passed,
            "open": self.is_open(index),
            "revision": self.revision(page.id),
        }


def _numbered(pictures: tuple[Picture, ...], number: int) -> Picture:
    if number >= len(pictures):
        raise RequestError(404, "There is no such picture on this page.")
    return pictures[number]


def _entry(scenario: Scenario, page: Page) -> Mapping[str, Any]:
    """What the index says of the page, as it was written."""
    details = scenario.raw.get("details")
    found = details.get("steps" if page.kind == "step" else page.kind) if isinstance(details, dict) else None
    if page.kind == "step" and isinstance(found, list):
        found = found[page.number - 1]
    return found if isinstance(found, dict) else {}


def _names(problem: Problem, files: list[Any]) -> bool:
    """Whether the problem is about one of these files."""
    file = problem.fact("file")
    return file is not None and file in files
