"""Runs inside the cluster: reads requests as JSON lines on standard input and writes the answers as JSON lines.

It uses nothing but the standard library, because it is sent to a pod as text. Headers go out exactly as given.
"""

import base64
import http.client
import json
import sys

TIMEOUT = 90.0


def ask(request):
    """host, port, method, path, headers and body (base64 or null) in; status, headers and body (base64) out."""
    connection = http.client.HTTPConnection(request["host"], request["port"], timeout=TIMEOUT)
    try:
        connection.putrequest(request["method"], request["path"], skip_accept_encoding=True)
        body = None if request["body"] is None else base64.b64decode(request["body"])
        for name, value in request["headers"].items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        text = base64.b64encode(response.read()).decode()
        return {"status": response.status, "headers": dict(response.getheaders()), "body": text}
    except (OSError, http.client.HTTPException) as error:
        return {"error": f"{type(error).__name__}: {error}"}
    finally:
        connection.close()


for line in sys.stdin:
    print(json.dumps(ask(json.loads(line))), flush=True)
