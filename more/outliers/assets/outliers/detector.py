"""An outlier detector as a transformer of a SeldonDeployment: passes rows on and says in tags which are outliers.

It answers POST /transform-input as Seldon's Python wrapper would, but without a web framework: it stands before every
prediction, so each tenth of a millisecond counts. Metrics for Prometheus are on their own port.

python detector.py      (settings: PREDICTIVE_UNIT_HTTP_SERVICE_PORT, PREDICTIVE_UNIT_METRICS_SERVICE_PORT, REFERENCE)
"""
import asyncio
import json
import os
import re
from pathlib import Path

import numpy as np
from distance import Distance
from prometheus_client import CollectorRegistry, Counter, start_http_server

LARGEST = 16 << 20
FARTHEST = 1e9
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,12})[ \t]*(?=\r\n|$)", re.IGNORECASE)
ENCODED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
CLOSE = re.compile(rb"\r\nconnection:[ \t]*close", re.IGNORECASE)
REGISTRY = CollectorRegistry()
ROWS = Counter("outlier_rows", "Rows seen by the outlier detector", ["outlier"], registry=REGISTRY)
OUTLIERS, OTHERS = ROWS.labels("yes"), ROWS.labels("no")
UNREADABLE = Counter("outlier_unreadable", "Requests without rows of numbers", registry=REGISTRY)


def rows_of(message: dict, columns: int) -> np.ndarray | None:
    """The rows of a request as (n, columns) floats, or None when there are none to judge."""
    data = message.get("data")
    if not isinstance(data, dict):
        return None
    try:
        if "ndarray" in data:
            rows = np.array(data["ndarray"], dtype=float)
        else:
            rows = np.array(data["tensor"]["values"], dtype=float).reshape(data["tensor"]["shape"])
    except (KeyError, TypeError, ValueError):
        return None
    return rows if rows.ndim == 2 and rows.shape[1] == columns else None


def _object(value: object) -> dict:
    return value if isinstance(value, dict) else {}


def judge(body: bytes, distance: Distance, unit: str, image: str) -> tuple[int, bytes]:
    """HTTP status and body of the answer: the request with tags. What cannot be judged is passed on untagged."""
    try:
        message = json.loads(body)
    except ValueError:
        message = None
    if not isinstance(message, dict):
        error = {"status": {"code": -1, "info": "Can't find JSON in data", "reason": "MICROSERVICE_BAD_DATA", "status": 1}}
        return 400, json.dumps(error).encode()
    meta = _object(message.get("meta"))
    rows = rows_of(message, distance.columns)
    if rows is None or not len(rows):
        UNREADABLE.inc()
    else:
        # JSON has no infinity; what is no number is as far away as can be.
        scores = [round(value, 3) if value < FARTHEST else FARTHEST for value in distance(rows).tolist()]
        outliers = [score > 1 for score in scores]
        found = sum(outliers)
        OUTLIERS.inc(found)
        OTHERS.inc(len(outliers) - found)
        meta["tags"] = {**_object(meta.get("tags")), "outlier": outliers, "outlier_distance": scores}
    meta["requestPath"] = {**_object(meta.get("requestPath")), unit: image}
    return 200, json.dumps({**message, "meta": meta}).encode()


class Connection(asyncio.Protocol):
    """One HTTP/1.1 connection, kept open between requests."""

    def __init__(self, distance: Distance) -> None:
        self._distance = distance
        self._unit = os.environ.get("PREDICTIVE_UNIT_ID", "outliers")
        self._image = os.environ.get("PREDICTIVE_UNIT_IMAGE", "")
        self._waiting = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while b"\r\n\r\n" in self._waiting:
            head, rest = self._waiting.split(b"\r\n\r\n", 1)
            length = LENGTH.search(head)
            size = int(length[1]) if length else 0
            if size > LARGEST or ENCODED.search(head):
                self._answer(413, b"{}")
                self._transport.close()
                return
            if len(rest) < size:
                return
            body, self._waiting = rest[:size], rest[size:]
            if head.startswith(b"POST /transform-input"):
                self._answer(*judge(body, self._distance, self._unit, self._image))
            elif b" /health/" in head[:20]:
                self._answer(200, b'{"strData":"ready"}')
            else:
                self._answer(404, b'{"status":{"code":-1,"info":"not a path of a transformer","status":1}}')
            if CLOSE.search(head):
                self._transport.close()
                return

    def _answer(self, status: int, body: bytes) -> None:
        phrase = {200: "OK", 400: "Bad Request", 404: "Not Found", 413: "Content Too Large"}[status]
        head = f"HTTP/1.1 {status} {phrase}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


async def serve() -> None:
    distance = Distance.load(Path(os.environ.get("REFERENCE", "reference.json")))
    port = int(os.environ.get("PREDICTIVE_UNIT_HTTP_SERVICE_PORT", "9000"))
    metrics_port = int(os.environ.get("PREDICTIVE_UNIT_METRICS_SERVICE_PORT", "6000"))
    start_http_server(metrics_port, registry=REGISTRY)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(distance), "0.0.0.0", port, backlog=512)
    print(f"outlier detector for {distance.columns} columns on port {port}, metrics on {metrics_port}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
