"""The routes of one lesson. Handlers turn a request into one call on its player and the answer into JSON."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from handrail.server import file_routes
from handrail.server.answers import answer, body
from handrail.server.course import Course
from handrail.server.errors import RequestError
from handrail.server.player import Player
from handrail.server.push import push_states
from handrail.server.terminal_socket import TerminalSocket


def routes() -> list[BaseRoute]:
    """Those below `/api/lessons/{lesson}`, where `lesson` is the lesson's id in the course."""
    return [
        Route("/state", in_lesson(state)),
        Route("/pages/{page}", in_lesson(page)),
        Route("/pages/{page}/answer", in_lesson(page_answer)),
        Route("/pages/{page}/images/{number:int}", in_lesson(image)),
        Route("/pages/{page}/web-images/{number:int}", in_lesson(web_image)),
        Route("/pages/{page}/open", in_lesson(open_page), methods=["POST"]),
        Route("/pages/{page}/check", in_lesson(check), methods=["POST"]),
        Route("/pages/{page}/reset", in_lesson(reset_page), methods=["POST"]),
        Route("/pages/{page}/skip", in_lesson(skip), methods=["POST"]),
        Route("/quizzes/{page}/{number:int}", in_lesson(quiz), methods=["POST"]),
        Route("/blocks/{block}/run", in_lesson(run_block), methods=["POST"]),
        Route("/blocks/{block}/stop", in_lesson(stop_block), methods=["POST"]),
        Route("/blocks/{block}/file", in_lesson(file_routes.of_block), methods=["GET"]),
        Route("/blocks/{block}/file", in_lesson(file_routes.apply), methods=["POST"]),
        Route("/files", in_lesson(file_routes.entries)),
        Route("/files/text", in_lesson(file_routes.read), methods=["GET"]),
        Route("/files/text", in_lesson(file_routes.write), methods=["PUT"]),
        Route("/files/versions", in_lesson(file_routes.versions), methods=["POST"]),
        Route("/files/new", in_lesson(file_routes.make), methods=["POST"]),
        Route("/files/rename", in_lesson(file_routes.rename), methods=["POST"]),
        Route("/files/delete", in_lesson(file_routes.delete), methods=["POST"]),
        Route("/terminals", in_lesson(new_terminal), methods=["POST"]),
        Route("/terminals/{name}/close", in_lesson(close_terminal), methods=["POST"]),
        Route("/terminals/{name}/restart", in_lesson(restart_terminal), methods=["POST"]),
        Route("/previews", in_lesson(open_preview), methods=["POST"]),
        Route("/previews/{preview}/ticket", in_lesson(preview_ticket), methods=["POST"]),
        Route("/previews/{preview}/close", in_lesson(close_preview), methods=["POST"]),
        Route("/forward/stop", in_lesson(stop_forward), methods=["POST"]),
        Route("/forward/{page}", in_lesson(forward), methods=["POST"]),
        Route("/auto-check", in_lesson(auto_check), methods=["POST"]),
        Route("/reset", in_lesson(reset), methods=["POST"]),
        WebSocketRoute("/events", events),
        WebSocketRoute("/terminals/{name}/socket", terminal_socket),
    ]


def in_lesson(handler: Callable[[Player, Request], Awaitable[Any]]) -> Callable[[Request], Awaitable[Response]]:
    """The answer of a handler which is given the player of the request's lesson."""
    return answer(lambda course, request: handler(course.player(request.path_params["lesson"]), request))


async def player_or_denial(websocket: WebSocket) -> Player | None:
    """The player of the socket's lesson; a lesson that is not open is refused before the socket opens."""
    try:
        course: Course = websocket.app.state.course
        return course.player(websocket.path_params["lesson"])
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


async def web_image(player: Player, request: Request) -> Any:
    from handrail.server import web_pictures  # not before the first one

    address = player.pages.web_image(request.path_params["page"], request.path_params["number"])
    picture = await web_pictures.fetch(address)
    return Response(picture.data, media_type=picture.kind)


async def open_page(player: Player, request: Request) -> Any:
    await player.open_page(request.path_params["page"])


async def check(player: Player, request: Request) -> Any:
    player.start_check(request.path_params["page"])


async def reset_page(player: Player, request: Request) -> Any:
    player.reset_page(request.path_params["page"])


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


async def new_terminal(player: Player, request: Request) -> Any:
    return {"name": await player.new_terminal()}


async def close_terminal(player: Player, request: Request) -> Any:
    await player.close_terminal(request.path_params["name"], (await body(request)).get("force") is True)


async def restart_terminal(player: Player, request: Request) -> Any:
    player.restart_terminal(request.path_params["name"])


async def open_preview(player: Player, request: Request) -> Any:
    return {"id": await player.open_preview(await body(request))}


async def preview_ticket(player: Player, request: Request) -> Any:
    # Both guards have looked at the page's origin, and that of a classroom names the session.
    session, page = request.scope.get("handrail.session", ""), request.headers.get("origin", "")
    path = (await body(request)).get("path")
    return {"url": player.previews.ticket(request.path_params["preview"], path, session, page)}


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
    """Pushes the lesson's state."""
    player = await player_or_denial(websocket)
    if player is not None:
        await push_states(websocket, player.page_state.watchers, player.state)


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
