"""The app: the page, its files, the list of lessons, and below `/api/lessons/{lesson}` the routes of each lesson."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Lifespan

from handrail.server import lesson_routes
from handrail.server.course import Course

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
        Route("/api/home", home),
        Mount("/api/lessons/{lesson}", routes=lesson_routes.routes()),
    ]


async def index(request: Request) -> Response:
    """The page itself, which holds no scenario data."""
    return FileResponse(STATIC / "index.html", media_type="text/html; charset=utf-8")


async def home(request: Request) -> Response:
    """The lessons of the course."""
    course: Course = request.app.state.course
    return JSONResponse(course.state())
