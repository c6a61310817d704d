"""Applies a changed SeldonDeployment, waits until its new pods have taken over, and leads your port to them.

Says every ten seconds what it waits for, and stops early when the new pods cannot start.

Usage: python scripts/roll_out.py MANIFEST
"""
import json
import subprocess
import sys
import time
from pathlib import Path

import yaml
from wait_for import SAY_EVERY, in_vain, sdep

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
    started = said = time.monotonic()
    doubts = in_vain()
    while True:
        now = pods(name, namespace)
        if now and all(now.values()) and not before & set(now):
            return
        reason = sdep(name, namespace, "")
        elapsed = time.monotonic() - started
        if reason is not None and doubts(reason):
            sys.exit(f"The new pod does not come: {reason.found}\nTo do:    {reason.command}")
        if elapsed > LIMIT:
            sys.exit(f"No new pod was ready after {LIMIT} seconds.\nTo do:    kubectl get pods -n {namespace}")
        if time.monotonic() - said >= SAY_EVERY:
            said = time.monotonic()
            print(f"… {elapsed:.0f} s: {reason.found if reason else 'the old pod is leaving'}", flush=True)
        time.sleep(0.5)


def roll_out(manifest: str) -> None:
    try:
        resource = yaml.safe_load(Path(manifest).read_text())
    except OSError:
        sys.exit(f"There is no file {manifest} in {Path.cwd()}: the lesson's manifests are in ~/seldon-iris/manifests.")
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
