"""What a handler returns or raises as a response, and what a request holds."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from handrail.server.course import Course
from handrail.server.errors import FAILURES, RequestError, sentence


def answer(handler: Callable[[Course, Request], Awaitable[Any]]) -> Callable[[Request], Awaitable[Response]]:
    """Turns what a handler returns or raises into a response; no failure reaches the page as a blank."""

    async def respond(request: Request) -> Response:
        try:
            result = await handler(request.app.state.course, request)
        except RequestError as refusal:
            return JSONResponse({"error": str(refusal), **refusal.detail}, refusal.status)
        except FAILURES as error:
            return JSONResponse({"error": sentence(error)}, 500)
        return result if isinstance(result, Response) else JSONResponse(result if result is not None else {})

    return respond


async def body(request: Request) -> dict[str, Any]:
    """The JSON object of a request. Raises RequestError for anything else."""
    try:
        value = json.loads(await request.body() or b"{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise RequestError(400, "The request is not a JSON object.")
    return value


def text_of(asked: dict[str, Any], key: str) -> str:
    """A text in a request's object. Raises RequestError when there is none."""
    value = asked.get(key)
    if not isinstance(value, str):
        raise RequestError(400, f"The request holds no {key}.")
    return value
