"""Watches the canary while your users use it, and rolls back when more than 5 % of its answers are errors.

What it judged, and which class, is written to the SeldonDeployment first, as the annotation guard/verdict.

Usage: python scripts/guard.py ROLLBACK_MANIFEST
"""
import json
import sys

from roll_out import kubectl, roll_out
from traffic import send
from watch import look, show

LIMIT = 0.05
ENOUGH = 20  # requests to the canary before anybody judges it
ROUNDS = 10


def note(verdict: str) -> None:
    """Writes the verdict on the canary's class where it stays when the canary is gone."""
    predictor = json.loads(kubectl("get", "sdep", "flowers", "-n", "canary", "-o", "json"))["spec"]["predictors"][0]
    containers = predictor["componentSpecs"][0]["spec"]["containers"]
    judged = next(container["args"][1] for container in containers if container["name"] == "canary")
    words = ("annotate", "sdep", "flowers", "-n", "canary", "--overwrite", f"guard/verdict={judged}: {verdict}")
    print(kubectl(*words).strip(), flush=True)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: python scripts/guard.py ROLLBACK_MANIFEST")
    for number in range(1, ROUNDS + 1):
        send(50)
        models = look()
        canary = models.get("canary")
        if canary is None:
            sys.exit("There is no canary in the graph.\nTo do:    python scripts/roll_out.py manifests/v3-canary.yaml")
        share = canary.errors / max(canary.requests, 1)
        print(f"round {number}: canary {canary.requests:.0f} requests, {share:.0%} errors")
        if canary.requests >= ENOUGH and share > LIMIT:
            show(models)
            note(f"{share:.0%} errors in {canary.requests:.0f} requests")
            print(f"Too many errors: rolling back to {sys.argv[1]}")
            roll_out(sys.argv[1])
            return
    show(models)
    print("The canary is as healthy as it should be: nothing to roll back.")


if __name__ == "__main__":
    main()
