"""The routes of one lesson. Handlers turn a request into one call on its player and the answer into JSON."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import HTTPConnection, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from handrail.server.course import Course
from handrail.server.errors import FAILURES, RequestError, sentence
from handrail.server.guard import SUBPROTOCOL
from handrail.server.player import Player
from handrail.server.terminal_socket import TerminalSocket

Handler = Callable[[Player, Request], Awaitable[Any]]


def routes() -> list[BaseRoute]:
    """Those below `/api/lessons/{lesson}`, where `lesson` is the lesson's id in the course."""
    return [
        Route("/state", answer(state)),
        Route("/pages/{page}", answer(page)),
        Route("/pages/{page}/answer", answer(page_answer)),
        Route("/pages/{page}/images/{number:int}", answer(image)),
        Route("/pages/{page}/open", answer(open_page), methods=["POST"]),
        Route("/pages/{page}/check", answer(check), methods=["POST"]),
        Route("/pages/{page}/skip", answer(skip), methods=["POST"]),
        Route("/quizzes/{page}/{number:int}", answer(quiz), methods=["POST"]),
        Route("/blocks/{block}/run", answer(run_block), methods=["POST"]),
        Route("/blocks/{block}/stop", answer(stop_block), methods=["POST"]),
        Route("/editor/{block}", answer(read_file), methods=["GET"]),
        Route("/editor/{block}", answer(write_file), methods=["POST"]),
        Route("/editor/{block}/apply", answer(apply_file), methods=["POST"]),
        Route("/terminals", answer(new_terminal), methods=["POST"]),
        Route("/terminals/{name}/close", answer(close_terminal), methods=["POST"]),
        Route("/terminals/{name}/restart", answer(restart_terminal), methods=["POST"]),
        Route("/previews", answer(open_preview), methods=["POST"]),
        Route("/previews/{preview}/ticket", answer(preview_ticket), methods=["POST"]),
        Route("/previews/{preview}/close", answer(close_preview), methods=["POST"]),
        Route("/forward/stop", answer(stop_forward), methods=["POST"]),
        Route("/forward/{page}", answer(forward), methods=["POST"]),
        Route("/auto-check", answer(auto_check), methods=["POST"]),
        Route("/reset", answer(reset), methods=["POST"]),
        WebSocketRoute("/events", events),
        WebSocketRoute("/terminals/{name}/socket", terminal_socket),
    ]


def answer(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Turns what a handler returns or raises into a response; no failure reaches the page as a blank."""

    async def respond(request: Request) -> Response:
        try:
            result = await handler(player_of(request), request)
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


def player_of(connection: HTTPConnection) -> Player:
    """The player of the request's lesson. Raises RequestError for a lesson that is not open."""
    course: Course = connection.app.state.course
    return course.player(connection.path_params["lesson"])


async def player_or_denial(websocket: WebSocket) -> Player | None:
    """The player of the socket's lesson; a lesson that is not open is refused before the socket opens."""
    try:
        return player_of(websocket)
    except RequestError as refusal:
        await websocket.send_denial_response(Response(f"{refusal}\n", refusal.status))
        return None


async def state(player: Player, request: Request) -> Any:
    return player.state()


async def page(player: Player, request: Request) -> Any:
    return player.pages.content(request.path_params["page"])


async def page_answer(player: Player, request: Request) -> Any:
    return player.pages.answer(request.path_params["page"])


async def image(player: Player, request: Request) -> Any:
    return FileResponse(player.pages.image(request.path_params["page"], request.path_params["number"]))


async def open_page(player: Player, request: Request) -> Any:
    await player.open_page(request.path_params["page"])


async def check(player: Player, request: Request) -> Any:
    player.start_check(request.path_params["page"])


async def skip(player: Player, request: Request) -> Any:
    player.skip(request.path_params["page"])


async def quiz(player: Player, request: Request) -> Any:
    given = (await body(request)).get("answer")
    answers = [str(each) for each in given] if isinstance(given, list) else [str(given)]
    return {"right": player.quiz(request.path_params["page"], request.path_params["number"], answers)}


async def run_block(player: Player, request: Request) -> Any:
    how = await body(request)
    terminal = how.get("terminal")
    name = await player.clicks.run(
        request.path_params["block"], terminal if isinstance(terminal, str) else None, how.get("when_busy")
    )
    return {"terminal": name}


async def stop_block(player: Player, request: Request) -> Any:
    player.clicks.stop(request.path_params["block"])


async def read_file(player: Player, request: Request) -> Any:
    return player.editor.read(request.path_params["block"])


async def write_file(player: Player, request: Request) -> Any:
    text = (await body(request)).get("text")
    if not isinstance(text, str):
        raise RequestError(400, "The request holds no text.")
    player.editor.write(request.path_params["block"], text)


async def apply_file(player: Player, request: Request) -> Any:
    player.editor.apply(request.path_params["block"])


async def new_terminal(player: Player, request: Request) -> Any:
    return {"name": await player.new_terminal()}


async def close_terminal(player: Player, request: Request) -> Any:
    await player.close_terminal(request.path_params["name"], (await body(request)).get("force") is True)


async def restart_terminal(player: Player, request: Request) -> Any:
    player.restart_terminal(request.path_params["name"])


async def open_preview(player: Player, request: Request) -> Any:
    return {"id": await player.open_preview(await body(request))}


async def preview_ticket(player: Player, request: Request) -> Any:
    return {"url": player.previews.ticket(request.path_params["preview"], (await body(request)).get("path"))}


async def close_preview(player: Player, request: Request) -> Any:
    player.close_preview(request.path_params["preview"])


async def forward(player: Player, request: Request) -> Any:
    player.forward.start(player.pages.page(request.path_params["page"]))


async def stop_forward(player: Player, request: Request) -> Any:
    await player.forward.stop()


async def auto_check(player: Player, request: Request) -> Any:
    player.set_auto_check((await body(request)).get("on") is True)


async def reset(player: Player, request: Request) -> Any:
    player.start_reset()


async def events(websocket: WebSocket) -> None:
    """Pushes the whole state after each change. Anything but a close from the page ends it."""
    player = await player_or_denial(websocket)
    if player is None:
        return
    await websocket.accept(subprotocol=SUBPROTOCOL)

    async def push() -> None:
        told = ""
        async for _ in player.page_state.changes():
            now = player.state()
            words = json.dumps({**now, "now": 0})
            if words != told:
                told = words
                await websocket.send_json(now)

    pushing = asyncio.create_task(push())
    listening = asyncio.create_task(websocket.receive())
    try:
        await asyncio.wait({pushing, listening}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (pushing, listening):
            task.cancel()
        results = await asyncio.gather(pushing, listening, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect | OSError):
            raise result


async def terminal_socket(websocket: WebSocket) -> None:
    """One terminal's bytes; an unknown name is refused before the socket opens."""
    player = await player_or_denial(websocket)
    if player is None:
        return
    shared = player.shared(websocket.path_params["name"])
    if shared is None:
        await websocket.send_denial_response(Response("There is no such terminal.\n", 404))
        return
    await TerminalSocket(websocket, shared).serve()
