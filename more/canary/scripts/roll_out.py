"""Applies a manifest of the SeldonDeployment flowers, waits for its new pod, and leads your port to it.

Usage: python scripts/roll_out.py manifests/v2-canary.yaml
"""
import json
import subprocess
import sys
import time

LIMIT = 240  # seconds


def kubectl(*words: str) -> str:
    result = subprocess.run(["kubectl", "-n", "canary", *words], capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(result.stderr.strip())
    return result.stdout


def pods() -> dict[str, bool]:
    """The pods of the SeldonDeployment that are not about to go: is each ready?"""
    items = json.loads(kubectl("get", "pods", "-l", "seldon-deployment-id=flowers", "-o", "json"))["items"]
    return {
        pod["metadata"]["name"]: any(
            condition["type"] == "Ready" and condition["status"] == "True"
            for condition in pod["status"].get("conditions", [])
        )
        for pod in items
        if "deletionTimestamp" not in pod["metadata"]
    }


def roll_out(manifest: str) -> None:
    before = set(pods())
    answer = kubectl("apply", "-f", manifest).strip()
    print(answer)
    if not answer.endswith("unchanged"):
        deadline = time.monotonic() + LIMIT
        while True:
            now = pods()
            if now and all(now.values()) and not before & set(now):
                break
            if time.monotonic() > deadline:
                sys.exit(f"No new pod was ready after {LIMIT} seconds: look at  kubectl get pods -n canary")
            time.sleep(0.5)
        print("The new pod answers, the old one is leaving.")
    result = subprocess.run(["bash", "scripts/reopen-port.sh"], check=False)
    if result.returncode:
        sys.exit(result.returncode)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python scripts/roll_out.py MANIFEST")
    roll_out(sys.argv[1])
