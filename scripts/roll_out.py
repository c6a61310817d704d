"""Applies a changed SeldonDeployment, waits until its new pods have taken over, and leads your port to them.

Usage: python scripts/roll_out.py MANIFEST
"""
import json
import subprocess
import sys
import time
from pathlib import Path

import yaml

LIMIT = 240  # seconds


def kubectl(*words: str) -> str:
    result = subprocess.run(["kubectl", *words], capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(result.stderr.strip())
    return result.stdout


def pods(name: str, namespace: str) -> dict[str, bool]:
    """The pods of a SeldonDeployment that are not about to go: is each ready?"""
    answer = kubectl("get", "pods", "-n", namespace, "-l", f"seldon-deployment-id={name}", "-o", "json")
    return {
        pod["metadata"]["name"]: any(
            condition["type"] == "Ready" and condition["status"] == "True"
            for condition in pod["status"].get("conditions", [])
        )
        for pod in json.loads(answer)["items"]
        if "deletionTimestamp" not in pod["metadata"]
    }


def wait_for_new_pods(name: str, namespace: str, before: set[str]) -> None:
    """Until there are pods, all ready, and none of those that were there before."""
    deadline = time.monotonic() + LIMIT
    while True:
        now = pods(name, namespace)
        if now and all(now.values()) and not before & set(now):
            return
        if time.monotonic() > deadline:
            sys.exit(f"No new pod was ready after {LIMIT} seconds: look at  kubectl get pods -n {namespace}")
        time.sleep(0.5)


def roll_out(manifest: str) -> None:
    resource = yaml.safe_load(Path(manifest).read_text())
    name, namespace = resource["metadata"]["name"], resource["metadata"]["namespace"]
    before = set(pods(name, namespace))
    answer = kubectl("apply", "-f", manifest).strip()
    print(answer, flush=True)
    if not answer.endswith("unchanged"):
        wait_for_new_pods(name, namespace, before)
        print("The new pod answers, the old one is leaving.", flush=True)
    service = f"{name}-{resource['spec']['predictors'][0]['name']}"
    result = subprocess.run(["bash", "scripts/reopen-port.sh", service, namespace], check=False)
    if result.returncode:
        sys.exit(result.returncode)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python scripts/roll_out.py MANIFEST")
    roll_out(sys.argv[1])
