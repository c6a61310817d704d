"""Waits until things in the cluster are ready, says every ten seconds for what, and stops when that is in vain.

Usage: scripts/wait-for.sh KIND/NAME… [-n NAMESPACE] [--mend COMMAND]
KIND is sdep (SeldonDeployment), deployment, or one of CONDITIONS; KIND/--all stands for all of them there.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable

from look import kubectl, look_at_deployment, look_at_sdep, manifest
from observed import NOT_YET, is_observed
from readiness import Reason, why_not_ready
from remedies import GO_BACK, INSTALL, LIST_SDEPS, LOOK_AT_CLUSTER, START_OPERATOR, wait_for_sdep

CONDITIONS = {"node": "Ready", "gateway": "Programmed", "crd": "Established"}
# The main lesson can put its own files back.
OWN_MEND = {os.environ.get("NAMESPACE", "seldon"): GO_BACK}
LIMIT = 240.0  # seconds for all of them together
SAY_EVERY = 10.0
# A reason that does not go away by itself must be seen for so long: a first start may fail.
PATIENCE = {"image": 3.0, "other": 8.0}


def absent(reason: Reason) -> Reason:
    """Why something is not there; or that the cluster is silent, which says nothing of what is in it."""
    # What every user of a cluster may ask, those of a class, too.
    if kubectl("version"):
        return reason
    return Reason("the cluster does not answer just now", LOOK_AT_CLUSTER, hopeless=False)


def operator_missing() -> Reason | None:
    """Without Seldon's operator nothing becomes of a SeldonDeployment."""
    deployment = kubectl("get", "deployment", "seldon-controller-manager", "-n", "seldon-system")
    if not deployment:
        return absent(Reason("Seldon's operator is not installed", INSTALL))
    if deployment["spec"].get("replicas") == 0:
        return Reason("Seldon's operator was scaled to 0, so nobody acts on it", START_OPERATOR)
    return None


def apply(name: str, namespace: str) -> str:
    """The command that makes a SeldonDeployment of the learner's file, or nothing where none describes it."""
    file = manifest(name, namespace)
    return f"scripts/apply-when-ready.sh {file} && {wait_for_sdep(name, namespace)}" if file else ""


def sdep(name: str, namespace: str, mend: str) -> Reason | None:
    """Why a SeldonDeployment is not Available; None when it is, with all of its pods."""
    found = kubectl("get", "seldondeployment", name, "-n", namespace)
    if not found:
        missing = f"there is no SeldonDeployment {name} in the namespace {namespace}"
        return absent(Reason(missing, apply(name, namespace) or LIST_SDEPS))
    status = found.get("status", {})
    seen = look_at_sdep(name, namespace)
    reason = why_not_ready(seen, mend=mend)
    if reason is not None:
        return reason
    if status.get("state") == "Available" and is_observed(found, seen):
        return None
    missing = operator_missing()
    if missing is not None:
        return missing
    told = status.get("description", "")
    state = status.get("state", "not set yet")
    if state == "Available":
        return Reason(NOT_YET, wait_for_sdep(name, namespace), hopeless=False)
    return Reason(
        f"its state is {state}" + (f": {told}" if told else ""),
        mend or f"kubectl get sdep {name} -n {namespace} -o yaml",
        hopeless=state == "Failed",
    )


def deployment(name: str, namespace: str, mend: str) -> Reason | None:
    """Why a Deployment has not rolled out; None when it has."""
    found = kubectl("get", "deployment", name, "-n", namespace)
    if not found:
        missing = f"there is no Deployment {name} in the namespace {namespace}"
        return absent(Reason(missing, f"kubectl get deployments -n {namespace}"))
    wanted, status = found["spec"].get("replicas", 1), found.get("status", {})
    if wanted == 0:
        scale = f"kubectl scale deployment {name} -n {namespace} --replicas=1"
        return Reason("it was scaled to 0", scale)
    seen = status.get("observedGeneration") == found["metadata"]["generation"]
    counts = [status.get(key, 0) for key in ("replicas", "updatedReplicas", "availableReplicas")]
    if seen and counts == [wanted] * 3:
        return None
    reason = why_not_ready(look_at_deployment(name, namespace), mend=mend)
    return reason or Reason(
        f"{counts[2]} of {wanted} pods are available", f"kubectl get pods -n {namespace}", hopeless=False
    )


def condition(kind: str, name: str, namespace: str) -> Reason | None:
    """Why something does not have the condition that its kind is judged by."""
    words = ("get", kind, name, *(("-n", namespace) if namespace else ()))
    found = kubectl(*words)
    listed = found.get("status", {}).get("conditions") or []
    state = next((one for one in listed if one["type"] == CONDITIONS[kind]), {})
    if state.get("status") == "True":
        return None
    look = f"kubectl describe {kind} {name}" + (f" -n {namespace}" if namespace else "")
    told = state.get("message") or ("no condition yet" if found else "it is not there")
    return Reason(f"it is not {CONDITIONS[kind]}: {told}", look, hopeless=False)


def why(thing: str, namespace: str, mend: str) -> Reason | None:
    kind, _, name = thing.partition("/")
    if kind == "sdep":
        return sdep(name, namespace, mend)
    if kind == "deployment":
        return deployment(name, namespace, mend)
    return condition(kind, name, namespace)


def expand(things: list[str], namespace: str) -> list[str]:
    """The things by name: sdep/--all becomes one for each SeldonDeployment of the namespace."""
    named = []
    for thing in things:
        if thing.endswith("/--all"):
            kind = thing.partition("/")[0]
            words = ("get", {"sdep": "seldondeployments"}.get(kind, kind), *(("-n", namespace) if namespace else ()))
            items = kubectl(*words).get("items", [])
            named += [f"{kind}/{item['metadata']['name']}" for item in items]
        else:
            named.append(thing)
    return named


def in_vain() -> Callable[[Reason], bool]:
    """Judges one reason after the other: has one that does not go away by itself been there for long enough?"""
    doubt: tuple[str, float] = ("", 0.0)

    def judge(reason: Reason) -> bool:
        nonlocal doubt
        now = time.monotonic()
        # The words change while Kubernetes tries again; the remedy stays.
        if doubt[0] != reason.command:
            doubt = (reason.command, now)
        patience = PATIENCE["image" if " image " in reason.found else "other"]
        return reason.hopeless and now - doubt[1] >= patience

    return judge


def wait_for(things: list[str], namespace: str, mend: str = "") -> int:
    """0 when all are ready, 1 when it was in vain; all that is to be known has been said."""
    started = said = time.monotonic()
    doubts = in_vain()
    for thing in things:
        while (reason := why(thing, namespace, mend)) is not None:
            now = time.monotonic()
            hopeless = doubts(reason)
            if hopeless or now - started > LIMIT:
                after = "" if hopeless else f" after {LIMIT:.0f} seconds"
                print(f"{thing} is not ready{after}: {reason.found}\nTo do:    {reason.command}", file=sys.stderr)
                return 1
            if now - said >= SAY_EVERY:
                said = now
                print(f"… {now - started:.0f} s: waiting for {thing}: {reason.found}", flush=True)
            time.sleep(1)
        print(f"{thing} is ready.", flush=True)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/wait-for.sh", description="Waits for the cluster.")
    parser.add_argument("things", nargs="+", metavar="KIND/NAME")
    parser.add_argument("-n", "--namespace", default="")
    parser.add_argument("--mend", default="", help="the command to name when the lesson's own files are at fault")
    options = parser.parse_args()
    for thing in options.things:
        if thing.partition("/")[0] not in ("sdep", "deployment", *CONDITIONS) or not thing.partition("/")[2]:
            parser.error(f"{thing} is not KIND/NAME with a KIND of sdep, deployment, {', '.join(CONDITIONS)}")
    return wait_for(
        expand(options.things, options.namespace),
        options.namespace,
        options.mend or OWN_MEND.get(options.namespace, ""),
    )


if __name__ == "__main__":
    sys.exit(main())
