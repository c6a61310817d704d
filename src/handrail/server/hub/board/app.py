"""The board's routes, and who may use them: instructors as the Hub says, learners' servers by their token."""

import time
from collections import OrderedDict

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from starlette.websockets import WebSocket

from handrail.server.app import STATIC
from handrail.server.guard import Forbidden, header
from handrail.server.hub.api import HubApi, HubRefused, HubSilent
from handrail.server.hub.board.grades import Grades
from handrail.server.hub.board.pupils import NoReport, Pupils
from handrail.server.hub.board.xapi import statements
from handrail.server.hub.guard import HubGuard
from handrail.server.hub.sign_ins import KNOWN_FOR
from handrail.server.push import push_states

REPORT = "/api/report"
MOST_TOKENS = 4000


def create_board(pupils: Pupils, public: str = "", grades: Grades | None = None) -> Starlette:
    """The app without its guard. public: its origin in a browser, "" for that of each request. grades: told of passed
    checks."""

    async def index(request: Request) -> Response:
        return FileResponse(STATIC / "board.html", media_type="text/html; charset=utf-8")

    async def events(websocket: WebSocket) -> None:
        await push_states(websocket, pupils.watchers, pupils.as_json)

    async def table(request: Request) -> Response:
        fields = {"content-disposition": 'attachment; filename="board.csv"'}
        return Response(pupils.csv(), media_type="text/csv; charset=utf-8", headers=fields)

    async def record(request: Request) -> Response:
        home = public.rstrip("/") or f"{request.url.scheme}://{request.url.netloc}"
        fields = {"content-disposition": 'attachment; filename="board.xapi.json"'}
        return JSONResponse(statements(pupils.happened(), home), headers=fields)

    async def report(request: Request) -> Response:
        try:
            name = request.scope["handrail.reporter"]
            pupil = pupils.take(name, await request.json())
        except ValueError as error:
            reason = str(error) if isinstance(error, NoReport) else "It is no JSON."
            return JSONResponse({"error": reason}, 400)
        if grades is not None:
            grades.note(name, pupil.passed, len(pupil.steps))
        return JSONResponse({})

    return Starlette(
        routes=[
            Route("/", index),
            Mount("/static", StaticFiles(directory=STATIC)),
            WebSocketRoute("/api/events", events),
            Route("/api/board.csv", table),
            Route("/api/board.xapi.json", record),
            Route(REPORT, report, methods=["POST"]),
        ]
    )


class BoardGuard(HubGuard):
    """Lets instructors in as the Hub says; a learner's server speaks for its learner alone, by its own token."""

    api: HubApi
    _known: OrderedDict[str, tuple[str, float]]

    def knows(self, api: HubApi) -> "BoardGuard":
        """Asks there whose a token is."""
        self.api, self._known = api, OrderedDict()
        return self

    async def admit(self, scope: Scope) -> Scope:
        base = self.settings.base
        if scope["type"] == "http" and scope["path"] == base[:-1] + REPORT:
            return {**scope, "root_path": base[:-1], "handrail.reporter": await self.reporter(scope)}
        return await super().admit(scope)

    async def reporter(self, scope: Scope) -> str:
        """The learner whose server's token the request has. Raises Forbidden."""
        given = header(scope, b"authorization")
        token = given[0].removeprefix(b"token ").decode("latin-1") if len(given) == 1 else ""
        name, until = self._known.get(token, ("", 0.0))
        if time.monotonic() < until:
            return name
        try:
            name = (await self.api.user(token)).name if token else ""
        except (HubRefused, UnicodeEncodeError):
            name = ""
        except HubSilent:
            raise Forbidden(503, "The Hub does not answer now. Try again.") from None
        if not name:
            raise Forbidden(401, "This is no learner's server.")
        self._known[token] = (name, time.monotonic() + KNOWN_FOR)
        while len(self._known) > MOST_TOKENS:
            self._known.popitem(last=False)
        return name
