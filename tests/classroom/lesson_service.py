"""A program of a lesson that tells what it was asked, for a learner's account to run:  python lesson_service.py PORT"""

import json
import sys
from http import HTTPStatus

from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

# A dashboard as most are: it asks its own server by an absolute path and a WebSocket, and keeps something.
PAGE = b"""<!doctype html><title>dashboard</title><h1>a dashboard</h1><p id="asked"></p><p id="live"></p><script>
localStorage.setItem("theme", "dark");
fetch("/asked").then((answer) => answer.json()).then((asked) => { document.getElementById("asked").textContent =
  `asked for ${asked.path}, ${localStorage.getItem("theme")}`; });
const socket = new WebSocket(`ws://${location.host}/live`);
socket.onopen = () => socket.send("one two");
socket.onmessage = ({ data }) => { document.getElementById("live").textContent = `live: ${data}`; };
</script>"""


def answer(connection: ServerConnection, request: Request) -> Response | None:
    """Each request but that of a WebSocket."""
    if "Upgrade" in request.headers:
        return None
    kind, body = "text/html", PAGE
    if request.path.startswith("/asked"):
        kind, body = "application/json", json.dumps(
            {"path": request.path, "headers": [[name.lower(), value] for name, value in request.headers.raw_items()]}
        ).encode()
    fields = {"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close", "Set-Cookie": "own=1"}
    return Response(HTTPStatus.OK, "OK", Headers(fields), body)


def echo(connection: ServerConnection) -> None:
    for message in connection:
        connection.send(message)


with serve(echo, "127.0.0.1", int(sys.argv[1]), process_request=answer, compression=None) as server:
    server.serve_forever()
