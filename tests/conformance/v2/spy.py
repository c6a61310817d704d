"""A component of protocol v2 without MLServer: fixed answers, and each request printed as one line of JSON."""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

UNIT = os.environ["PREDICTIVE_UNIT_ID"]
INFERRED = {
    "model_name": UNIT,
    "model_version": "1",
    "id": f"id-{UNIT}",
    "parameters": {"from": UNIT},
    "outputs": [
        {"name": f"out-{UNIT}", "datatype": "FP64", "shape": [1, 2], "data": [1.5, 2], "parameters": {"p": UNIT}}
    ],
}
READY = {"name": UNIT, "ready": True}
METADATA = {"name": UNIT, "versions": ["1"], "platform": "spy", "inputs": [], "outputs": []}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8", "replace")
        call = {"unit": UNIT, "method": self.command, "path": self.path, "headers": dict(self.headers.items())}
        print(json.dumps({**call, "body": body}), flush=True)
        kind = self.path.rpartition("/")[2]
        answer = INFERRED if kind == "infer" else READY if kind == "ready" else METADATA
        text = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST

    def log_message(self, *arguments):
        pass


ThreadingHTTPServer(("0.0.0.0", int(os.environ["PREDICTIVE_UNIT_HTTP_SERVICE_PORT"])), Handler).serve_forever()
