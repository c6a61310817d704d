"""Go to a page by doing what leads there."""

from __future__ import annotations

from handrail.session.events import ForwardStepped
from handrail.session.session import Session


async def fast_forward(session: Session, page_id: str) -> bool:
    """Do every page before `page_id`, then open it, stopping at the first check that still fails.

    A step whose check passes already is skipped. Cancel the task to stop. False when it stopped on the way.
    """
    for page in session.scenario.pages:
        await session.open_page(page.id)
        if page.id == page_id:
            return True
        await session.wait_foreground()
        if page.verify is not None and (await session.check(page.id, "fast-forward")).passed:
            session.tell(ForwardStepped(page.id, "skipped"))
            continue
        session.tell(ForwardStepped(page.id, "running"))
        for block in session.texts.blocks(page.id):
            if block.action in ("execute", "file") and block.directives.skip is None:
                await session.run_or_leave(block.id, "fast-forward", type_when_busy=True)
        passed = page.verify is None or (await session.check(page.id, "fast-forward")).passed
        session.tell(ForwardStepped(page.id, "passed" if passed else "failed"))
        if not passed:
            return False
    raise KeyError(page_id)
