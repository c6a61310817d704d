"""Writes two weights into manifests/route.yaml, for both kinds of address, and applies it while your users go on; draws
who answered them.

All weights that the route has had stand in its annotation shift/weights, as MAIN:CANARY, the latest last.

Usage: python scripts/shift.py WEIGHT_OF_MAIN WEIGHT_OF_CANARY
"""
import json
import re
import subprocess
import sys
from pathlib import Path

import plot
from users import VERSIONS, Answer, Users, errors, show

ROUTE = Path("manifests/route.yaml")
BEFORE, AFTER = 200, 400  # requests
WINDOW = 40  # requests to one point of the curve


def write_weights(weights: dict[str, int]) -> None:
    """Put the weights into the manifest, whose comments and order stay."""
    text = ROUTE.read_text()
    for service, weight in weights.items():
        text, found = re.subn(rf"(name: {service}\n +port: 8000\n +weight: )\d+", rf"\g<1>{weight}", text)
        if not found:
            sys.exit(f"{ROUTE} has no weight for {service} any more: write it there yourself and  kubectl apply  it.")
    ROUTE.write_text(text)


def route() -> dict:
    command = ["kubectl", "get", "httproute/flowers", "-n", "gateway", "-o", "json"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def note(main: int, canary: int) -> None:
    """Adds the weights to those that the route has had: its manifest has only the latest."""
    had = route()["metadata"].get("annotations", {}).get("shift/weights", "")
    all_of_them = f"{had} {main}:{canary}".strip()
    words = ["httproute/flowers", "-n", "gateway", "--overwrite", f"shift/weights={all_of_them}"]
    subprocess.run(["kubectl", "annotate", *words], stdout=subprocess.DEVNULL, check=True)


def taken_up() -> bool:
    """Whether Contour has said something about the route as it is now."""
    now = route()
    parents = now.get("status", {}).get("parents", [])
    seen = [one["observedGeneration"] for parent in parents for one in parent["conditions"]]
    return bool(seen) and min(seen) == now["metadata"]["generation"]


def shift() -> list[Answer]:
    """What users were answered before, while and after the manifest was applied."""
    users = Users()
    answers = users.send(BEFORE)
    with subprocess.Popen(["kubectl", "apply", "-f", str(ROUTE)]) as applying:
        while applying.poll() is None:
            answers += users.send(5)
    if applying.returncode:
        sys.exit(applying.returncode)
    while not taken_up():
        answers += users.send(5)
    return answers + users.send(AFTER)


def draw(answers: list[Answer]) -> None:
    windows = [answers[start:start + WINDOW] for start in range(0, len(answers) - WINDOW + 1, WINDOW // 2)]
    curves = {name: [sum(one.version == name for one in part) / WINDOW for part in windows] for name in VERSIONS}
    print(f"share of the answers, over {WINDOW} requests at a time")
    print(plot.course(curves, low=0, high=1, last=len(answers), unit="requests", rows=10))


if __name__ == "__main__":
    if len(sys.argv) != 3 or not all(word.isdigit() for word in sys.argv[1:]):
        sys.exit("usage: python scripts/shift.py WEIGHT_OF_MAIN WEIGHT_OF_CANARY")
    main, canary = int(sys.argv[1]), int(sys.argv[2])
    write_weights({"flowers-main": main, "flowers-canary": canary})
    seen = shift()
    note(main, canary)
    draw(seen)
    print(f"{len(seen)} flowers sent, {errors(seen)} answered with an error; of the last {AFTER}:")
    show(seen[-AFTER:])
