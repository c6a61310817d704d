"""Runs in a pod: connections that never rest, against a Service; sent there as text, so the standard library only.

Arguments: host port path connections seconds. Standard output, one line of JSON: {"requests", "kinds": {kind: count},
"first": {kind: an example}, "bySecond": {second: {kind: count}} without the good ones}. Kinds: ok, own error (status
500 in the orchestrator's own form), status N, refused, and what the client saw of a connection that ended.
"""

import http.client
import json
import re
import sys
import threading
import time
from collections import Counter, defaultdict

HOST, PORT, PATH = sys.argv[1], int(sys.argv[2]), sys.argv[3]
CONNECTIONS, SECONDS = int(sys.argv[4]), float(sys.argv[5])
BODY = b'{"data":{"ndarray":[[1.0]]}}'
OWN_ERROR = re.compile(rb'\{"status":\{"code":500,"info":".*","status":"FAILURE"\}\}', re.DOTALL)

kinds = Counter()
first = {}
by_second = defaultdict(Counter)
lock = threading.Lock()
began = time.monotonic()


def note(kind, example=""):
    with lock:
        kinds[kind] += 1
        if kind != "ok":
            first.setdefault(kind, example)
            by_second[int(time.monotonic() - began)][kind] += 1


def ask(connection):
    connection.request("POST", PATH, BODY, {"Content-Type": "application/json"})
    response = connection.getresponse()
    text = response.read()
    if response.status == 200:
        note("ok")
    elif response.status == 500 and OWN_ERROR.fullmatch(text):
        note("own error", text.decode())
    else:
        note(f"status {response.status}", text[:300].decode(errors="replace"))


def wear():
    connection = http.client.HTTPConnection(HOST, PORT, timeout=30)
    while time.monotonic() - began < SECONDS:
        try:
            ask(connection)
        except ConnectionRefusedError as error:
            note("refused", repr(error))
            connection.close()
            time.sleep(0.01)
        except (OSError, http.client.HTTPException) as error:
            note(type(error).__name__, repr(error))
            connection.close()


threads = [threading.Thread(target=wear) for _ in range(CONNECTIONS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps({"requests": sum(kinds.values()), "kinds": kinds, "first": first, "bySecond": by_second}))
