"""Tells Prometheus which pods of its namespace want to be read, as Kubernetes knows them at the moment.

Debian's Prometheus comes without its own Kubernetes discovery, so this asks the API server every two seconds for running
pods with the annotation prometheus.io/scrape: "true" and writes their ports named `metrics` to TARGETS (file discovery).
"""
import json
import os
import ssl
import time
import urllib.request
from pathlib import Path

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
TARGETS = Path(os.environ.get("TARGETS", "/targets/pods.json"))
API = "https://kubernetes.default.svc"


def pods(context: ssl.SSLContext) -> list[dict]:
    namespace, token = (ACCOUNT / "namespace").read_text(), (ACCOUNT / "token").read_text()
    request = urllib.request.Request(f"{API}/api/v1/namespaces/{namespace}/pods")
    request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=10, context=context) as reply:
        return json.load(reply)["items"]


def targets(items: list[dict]) -> list[dict]:
    """One entry for each port named metrics of each running pod that asks to be read."""
    found = []
    for pod in items:
        wishes = pod["metadata"].get("annotations", {})
        address = pod["status"].get("podIP")
        if wishes.get("prometheus.io/scrape") != "true" or pod["status"].get("phase") != "Running" or not address:
            continue
        for container in pod["spec"]["containers"]:
            for port in container.get("ports", []):
                if port.get("name") == "metrics":
                    labels = {
                        "__metrics_path__": wishes.get("prometheus.io/path", "/metrics"),
                        "pod": pod["metadata"]["name"],
                        "container": container["name"],
                    }
                    found.append({"targets": [f"{address}:{port['containerPort']}"], "labels": labels})
    return found


def main() -> None:
    context = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))
    written = None
    while True:
        try:
            wanted = json.dumps(targets(pods(context)), indent=1)
            if wanted != written:
                # Prometheus must never see half a file.
                part = TARGETS.with_suffix(".part")
                part.write_text(wanted)
                part.rename(TARGETS)
                written = wanted
                print(f"{wanted.count('targets')} ports to read", flush=True)
        except OSError as error:
            print(f"the API server does not answer ({error}); asking again", flush=True)
        time.sleep(2)


if __name__ == "__main__":
    main()
