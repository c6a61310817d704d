"""After a restart: whether what was passed before still holds, told as "checking again" until it is known.

A kept workspace says what was reached, not what is left of it: the machine may have been restarted since, or the
containers deleted.
"""

from handrail.server.page_state import PageState
from handrail.server.tasks import Tasks
from handrail.session.session import Session


def begin(session: Session, state: PageState, tasks: Tasks) -> None:
    """Runs the checks of all passed pages again, one after the other, behind the page."""
    passed = [page.id for page in session.scenario.pages if page.id in session.progress.passed and page.verify]
    state.rechecking.update(passed)
    if passed:
        tasks.spawn(_check_again(session, state, passed), asked=False)


async def _check_again(session: Session, state: PageState, passed: list[str]) -> None:
    lost = []
    try:
        for page_id in passed:
            if not (await session.check(page_id, "restart")).passed:
                lost.append(session.scenario.page(page_id).title)
            state.rechecking.discard(page_id)
            state.changed()
    finally:
        state.rechecking.clear()
        state.changed()
    if lost:
        titles = " and ".join(f"“{title}”" for title in lost)
        state.say(
            f"What {titles} made is no longer there. Run the commands there again, or choose Start over in the menu."
        )
