"""Go back to the beginning of one page."""

from __future__ import annotations

from handrail.session.session import Session


async def begin_anew(session: Session, page_id: str) -> None:
    """Forget what was done on a page, then open it as if for the first time, so that its scripts run again.

    Files, processes and what else its commands have made stay. Raises KeyError for an unknown page.
    """
    session.progress.forget(page_id, [quiz.id for quiz in session.texts.render(page_id).quizzes])
    session.offers.keep(page_id, ())
    await session.scripts.end_background(page_id)
    await session.open_page(page_id)
