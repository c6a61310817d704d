"""Why the lesson does not start, said to the learner where the lesson would be.

A server that ended with a message on its standard error would leave them before the Hub's "Spawn failed", which knows
no reason.
"""

import asyncio
import socket
from html import escape

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from handrail.server.hub.activity import Activity
from handrail.server.hub.api import HubApi
from handrail.server.hub.guard import HubGuard
from handrail.server.hub.settings import Settings
from handrail.server.hub.sign_ins import SignIns
from handrail.server.plain_page import plain_page
from handrail.server.serve import LARGEST_FRAME, Server, config

TITLE = "Your lesson does not start"
AGAIN = "again"


def tell(settings: Settings, listener: socket.socket, reason: str) -> bool:
    """Shows the reason until the learner tries again: True; or until SIGINT, SIGTERM or SIGHUP: False."""
    return asyncio.run(_serve(settings, listener, reason))


async def _serve(settings: Settings, listener: socket.socket, reason: str) -> bool:
    is_asked = False

    async def index(request: Request) -> Response:
        nonlocal is_asked
        if AGAIN in request.query_params:
            is_asked = server.should_exit = True
            # Whoever is led back to the lesson is to meet the next server, not this one's reason again.
            while any(each.is_serving() for each in server.servers):
                await asyncio.sleep(0.02)
            # The proxy would come back by the connection that it has, which ends with this server.
            return RedirectResponse(settings.prefix, 303, {"connection": "close"})
        ways = ((f"{settings.prefix}?{AGAIN}", "Try again"), (settings.home, "Go to the Hub's page"))
        links = [f'<a href="{escape(address)}">{words}</a>' for address, words in ways]
        return plain_page(503, TITLE, f"{reason} If that is not yours to mend, show this to your instructor.", links)

    api = HubApi(settings)
    guard = HubGuard(
        Starlette(routes=[Route("/", index)]), settings=settings, sign_ins=SignIns(settings, api),
        activity=Activity(api, settings.tell_every),
    )  # fmt: skip
    server = Server(config(guard, LARGEST_FRAME, lifespan="off"))
    await server.serve(sockets=[listener])
    return is_asked
