"""/v1/models/… of TensorFlow Serving: predict, status and metadata."""

import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

import json_tensors
import messages
from errors import HTTP_STATUS, ServingError
from google.protobuf.json_format import MessageToJson
from saved_model import SavedModel

# As in TensorFlow Serving's http_rest_api_util.cc; anything else below /v1/ is a malformed request.
_MODEL = r"(?:/versions/(?P<version>\d+)|/labels/(?P<label>[^/:]+))?"
PREDICTION = re.compile(rf"/v1/models/(?P<name>[^/:]+){_MODEL}:(?P<method>classify|regress|predict)", re.IGNORECASE)
ABOUT = re.compile(rf"/v1/models(?:/(?P<name>[^/:]+))?{_MODEL}(?:/(?P<part>metadata))?", re.IGNORECASE)


class Handler(BaseHTTPRequestHandler):
    """Answers for one model. A connection is kept until the client ends it."""

    protocol_version = "HTTP/1.1"
    server_version = "tensorflow-serving-from-packages"
    disable_nagle_algorithm = True
    model: SavedModel

    def do_POST(self) -> None:
        self.answer(PREDICTION, self.predict)

    def do_GET(self) -> None:
        self.answer(ABOUT, self.about)

    def answer(self, pattern: re.Pattern[str], make) -> None:
        path = urlsplit(self.path).path
        length = self.headers.get("Content-Length") or "0"
        if not length.isdecimal() or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            return self.send(411, b'{"error": "Send the length of the request in Content-Length"}')
        body = self.rfile.read(int(length))
        if not path.lower().startswith("/v1/"):
            return self.send(404, b"")
        try:
            found = pattern.fullmatch(path)
            if found is None:
                raise ServingError("INVALID_ARGUMENT", f"Malformed request: {self.command} {path}")
            parts = {name: unquote(text or "") for name, text in found.groupdict().items()}
            if not parts["name"]:
                raise ServingError("INVALID_ARGUMENT", "Missing model name in request.")
            self.model.expect(parts["name"], int(parts["version"]) if parts["version"] else None, parts["label"])
            self.send(200, make(parts, body))
        except ServingError as error:
            self.send(HTTP_STATUS.get(error.code, 500), json.dumps({"error": str(error)}).encode())

    def predict(self, parts: dict[str, str], body: bytes) -> bytes:
        if parts["method"].lower() != "predict":
            raise ServingError("UNIMPLEMENTED", f"This server has predict only, not {parts['method']}")
        document = json_tensors.parse(body)
        signature = document.get("signature_name", "")
        inputs, rows = json_tensors.tensors(document, self.model.signature(signature).inputs)
        return json.dumps(json_tensors.answer(self.model.run(signature, inputs), rows)).encode()

    def about(self, parts: dict[str, str], body: bytes) -> bytes:
        made = messages.metadata(self.model) if parts["part"] else messages.status(self.model)
        text = MessageToJson(made, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
        return text.encode()

    def send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code="-", size="-") -> None:
        """As TensorFlow Serving does, it says nothing of requests."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def serve(model: SavedModel, port: int) -> Server:
    """A server that listens already; its serve_forever() answers."""
    return Server(("", port), type("HandlerOfModel", (Handler,), {"model": model}))
