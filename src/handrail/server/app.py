"""The app: the page, its files, the list of lessons, and below `/api/lessons/{lesson}` the routes of each lesson."""

import asyncio
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Lifespan
from starlette.websockets import WebSocket

from handrail.server import lesson_routes
from handrail.server.answers import answer, body
from handrail.server.course import Course
from handrail.server.errors import RequestError
from handrail.server.hub.reporter import Reporter
from handrail.server.push import push_states

STATIC = Path(__file__).parent / "static"


def create_app(course: Course, lifespan: Lifespan[Starlette] | None = None) -> Starlette:
    """The app without its guard; `main` puts the guard around it."""
    app = Starlette(routes=routes(), lifespan=lifespan)
    app.state.course = course
    return app


def routes() -> list[BaseRoute]:
    """Every route there is; a test lists them and tries each without credentials."""
    return [
        Route("/", index),
        Mount("/static", StaticFiles(directory=STATIC)),
        Route("/api/home", answer(home)),
        WebSocketRoute("/api/home/events", home_events),
        Route("/api/home/stop-all", answer(stop_all), methods=["POST"]),
        Route("/api/board/share", answer(share), methods=["POST"]),
        Route("/api/board/help", answer(ask_for_help), methods=["POST"]),
        Route("/api/lessons/{lesson}/enter", answer(enter), methods=["POST"]),
        Route("/api/lessons/{lesson}/close", answer(close), methods=["POST"]),
        Mount("/api/lessons/{lesson}", routes=lesson_routes.routes()),
    ]


async def index(request: Request) -> Response:
    """The page itself, which holds no scenario data."""
    return FileResponse(STATIC / "index.html", media_type="text/html; charset=utf-8")


async def home(course: Course, request: Request) -> Any:
    return await asyncio.to_thread(course.state)


async def stop_all(course: Course, request: Request) -> Any:
    course.upkeep.start_stopping()


async def share(course: Course, request: Request) -> Any:
    reporter_of(course).agree()
    wake(course)


async def ask_for_help(course: Course, request: Request) -> Any:
    reporter_of(course).ask_for_help((await body(request)).get("on") is True)
    wake(course)


def reporter_of(course: Course) -> Reporter:
    """Raises RequestError where no board is."""
    if course.reporter is None:
        raise RequestError(404, "There is no instructor's board here.")
    return course.reporter


def wake(course: Course) -> None:
    """Draws the pages of the open lessons anew."""
    for player in course.players:
        player.page_state.changed()


async def home_events(websocket: WebSocket) -> None:
    """Pushes the state of the course."""
    course: Course = websocket.app.state.course
    await push_states(websocket, course.watchers, course.state)


async def enter(course: Course, request: Request) -> Any:
    await course.enter(request.path_params["lesson"])


async def close(course: Course, request: Request) -> Any:
    await course.close(request.path_params["lesson"])
