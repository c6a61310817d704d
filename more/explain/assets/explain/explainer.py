"""An explainer for Seldon Core: answers POST /api/v1.0/explain with the Shapley values of a prediction.

It takes the arguments that Seldon's operator gives to explainers, and asks the deployed model itself.
"""
import argparse
import json
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
from shapley import contributions

NAMES = ["sepal length", "sepal width", "petal length", "petal width"]
BACKGROUND = np.array(json.loads(Path(__file__).with_name("background.json").read_text()))


def ask(host: str, rows: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Class names and probabilities from the predictor."""
    request = urllib.request.Request(
        f"http://{host}/api/v1.0/predictions",
        json.dumps({"data": {"ndarray": rows.tolist()}}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        data = json.load(answer)["data"]
    return data["names"], np.array(data["ndarray"])


def explain(host: str, flower: list[float]) -> dict:
    row = np.array(flower, dtype=float)
    if row.shape != (len(NAMES),):
        raise ValueError(f"one flower with {len(NAMES)} measurements is needed, not shape {row.shape}")
    classes, prediction = ask(host, row[None])
    base, parts = contributions(lambda rows: ask(host, rows)[1], row, BACKGROUND)
    return {
        "meta": {"name": "Shapley"},
        "data": {
            "measurements": NAMES,
            "instance": flower,
            "classes": classes,
            "prediction": prediction[0].tolist(),
            "base": base.tolist(),
            "contributions": {name: part.tolist() for name, part in zip(NAMES, parts)},
        },
    }


class Handler(BaseHTTPRequestHandler):
    paths: tuple[str, ...]
    host: str

    def do_GET(self):
        """Whether it is up: /v1/models/NAME, as explainers of this kind have it."""
        up = self.path == self.paths[1].removesuffix(":explain")
        self.answer(200 if up else 404, {"ready": up})

    def do_POST(self):
        if self.path not in self.paths:
            return self.answer(404, {"error": f"POST {self.paths[0]}, not {self.path}"})
        try:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self.answer(200, explain(self.host, body["data"]["ndarray"][0]))
        except (ValueError, KeyError, IndexError, TypeError) as error:
            self.answer(400, {"error": f"The request cannot be explained: {error}"})
        except OSError as error:
            self.answer(502, {"error": f"The predictor at {self.host} did not answer: {error}"})

    def answer(self, status: int, content: dict) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model_name", required=True)
    parser.add_argument("--predictor_host", required=True)
    parser.add_argument("--protocol", default="seldon.http")
    parser.add_argument("--http_port", type=int, default=9000)
    parser.add_argument("--storage_uri")
    parser.add_argument("type", help="the kind of explainer that the manifest names")
    options = parser.parse_args()
    Handler.host = options.predictor_host
    Handler.paths = ("/api/v1.0/explain", f"/v1/models/{options.model_name}:explain")
    print(f"explaining {options.model_name} at {options.predictor_host} on port {options.http_port}", flush=True)
    ThreadingHTTPServer(("", options.http_port), Handler).serve_forever()


if __name__ == "__main__":
    main()
