"""Replays a recorded life of a SeldonDeployment step by step on the cluster.

After each step the last entry of its timeline must come true: state, replicas, conditions, Deployments and Services.
What happened in between depends on the machine and is not compared.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from . import kubectl
from .case import Case
from .differences import differences
from .installed import events
from .result import Result

Json = dict[str, Any]

SECONDS = 150.0
AGE = re.compile(r"\b(?:\d+[dhms])+\b")
COMPARED = (
    "generation",
    "state",
    "replicas",
    "Ready",
    "description",
    "deploymentStatus",
    "services",
    "deployments",
    "servicesPresent",
)
# Steps whose manifest was not recorded: what their text says, done to the last container of the manifest before.
EDITS = (
    (re.compile("image to one that cannot be pulled"), "image", "localhost/no-such-image:9.9"),
    (re.compile("change the image"), "image", "localhost/parts:0.1"),
    (re.compile(r"predictor replicas \d+ to (\d+)"), "replicas", None),
)


def observe(sdep: str, namespace: str) -> Json:
    """The present state in the words of a timeline's entry."""
    item = kubectl.get("sdep", sdep, "-n", namespace) or {}
    status = item.get("status") or {}
    selector = ("-n", namespace, "-l", f"seldon-deployment-id={sdep}")
    deployments = (kubectl.get("deployments", *selector) or {"items": []})["items"]
    services = (kubectl.get("services", *selector) or {"items": []})["items"]
    ready = next((c["status"] for c in status.get("conditions", []) if c["type"] == "Ready"), None)
    return {
        "generation": item.get("metadata", {}).get("generation"),
        "state": status.get("state"),
        "replicas": status.get("replicas"),
        "Ready": ready,
        "description": status.get("description"),
        "deploymentStatus": status.get("deploymentStatus"),
        "services": sorted(status["serviceStatus"]) if "serviceStatus" in status else None if not item else [],
        "deployments": {
            d["metadata"]["name"]: [d["spec"]["replicas"], d["status"].get("readyReplicas", 0)] for d in deployments
        },
        "servicesPresent": sorted(s["metadata"]["name"] for s in services),
    }


def ageless(text: str) -> str:
    """A table of kubectl without its ages and the widths of its columns."""
    return re.sub(r" +", " ", AGE.sub("<age>", text))


class Edited:
    """The manifest that is in force after each step; `current` is empty before the first."""

    def __init__(self) -> None:
        self.current: Json = {}
        self._before: Json = {}

    def follow(self, step: Json) -> None:
        """Take the step's own manifest, or make the one before into what the step's text says."""
        before, self.current = self.current, deepcopy(step.get("manifest") or self.current)
        if "manifest" in step:
            self._before = before
            return
        if "back" in step["about"]:
            self.current = deepcopy(self._before)
            return
        predictor = self.current["spec"]["predictors"][0]
        container = predictor["componentSpecs"][0]["spec"]["containers"][-1]
        for pattern, field, value in EDITS:
            match = pattern.search(step["about"])
            if match:
                self._before = before
                if field == "replicas":
                    predictor["replicas"] = int(match[1])
                else:
                    container[field] = value
                return


def applies(step: Json) -> bool:
    """Whether the step's command is `kubectl apply`."""
    return shlex.split(step.get("command", {}).get("command", ""))[1:2] == ["apply"]


class _Life:
    def __init__(self, case: Case) -> None:
        self._case = case
        self._edited = Edited()

    @property
    def _name(self) -> str:
        return str(self._edited.current["metadata"]["name"])

    @property
    def _namespace(self) -> str:
        return str(self._edited.current["metadata"].get("namespace", "default"))

    def results(self) -> Iterator[Result]:
        try:
            for step in self._case.raw["steps"]:
                yield from self._step(step)
        finally:
            if self._edited.current:
                kubectl.run("delete", "sdep", self._name, "-n", self._namespace, "--ignore-not-found", "--wait=false")

    def _result(self, item: str, lines: list[str]) -> Result:
        return Result(self._case.name, "steps", item, "differs" if lines else "agreed", "; ".join(lines))

    def _step(self, step: Json) -> Iterator[Result]:
        about = step["about"]
        for output in step.get("outputs", [*filter(None, [step.get("configmapsServiceaccountsSecrets")])]):
            yield self._result(f"{about}: {output['command']}", self._say(output))
        if "command" in step:
            yield self._result(f"{about}: {step['command']['command']}", self._act(step))
        final = step["timeline"][-1] if step.get("timeline") else step.get("after")
        if final is not None:
            yield self._result(about, self._become(final))
        if "output" in step:
            scale = kubectl.run("get", "--raw", self._path("/scale")).stdout
            found = json.loads(scale)
            expected = {key: step["output"][key] for key in ("spec", "status")}
            yield self._result(about, differences(expected, {key: found[key] for key in expected}))
        if "events" in step:
            found_events = events(self._name, self._namespace)
            # Conflicts are written to no one's surprise by the original; ours looks again without a warning.
            wanted = [tuple(event) for event in step["events"] if event[1] != "UpdateFailed"]
            yield self._result(about, [f"no event {event}" for event in wanted if event not in found_events])
        if step.get("predictionsDuring"):
            text = "depends on the machine; no request may be lost at an update, which has its own test"
            yield Result(self._case.name, "steps", f"{about}: predictionsDuring", "skipped", text)

    def _path(self, rest: str = "") -> str:
        root = f"/apis/machinelearning.seldon.io/v1/namespaces/{self._namespace}/seldondeployments"
        return f"{root}/{self._name}{rest}"

    def _say(self, recorded: Json) -> list[str]:
        """A command that only shows something: what it prints, but for ages."""
        words = shlex.split(recorded["command"])[1:]
        done = kubectl.run(*words, "-n", self._namespace)
        ours = {"exit": done.returncode, "stdout": done.stdout, "stderr": done.stderr}
        expected = {key: recorded[key] for key in ours}
        for side in (expected, ours):
            side["stdout"] = ageless(side["stdout"])
        return differences(expected, ours)

    def _act(self, step: Json) -> list[str]:
        recorded = step["command"]
        words = shlex.split(recorded["command"])[1:]
        if applies(step):
            self._edited.follow(step)
            done = kubectl.run(*words, text=json.dumps(self._edited.current))
        else:
            words = [self._resolve(word) for word in words]
            at = words.index("--") if "--" in words else len(words)
            words[at:at] = ["-n", self._namespace]
            if words[-4:-1] == ["sh", "-c", "kill"]:
                words[-2:] = ["kill 1"]
            done = kubectl.run(*words)
        ours = {"exit": done.returncode, "stdout": self._hide(done.stdout), "stderr": done.stderr}
        return differences({key: recorded[key] for key in ours}, ours)

    def _resolve(self, word: str) -> str:
        """The full name of the pod that a recorded name with <hash> stands for: a running one, none on its way out."""
        if "<hash>" not in word:
            return word
        prefix = word.partition("<hash>")[0]
        pods = (kubectl.get("pods", "-n", self._namespace) or {"items": []})["items"]
        alive = [p["metadata"]["name"] for p in pods if "deletionTimestamp" not in p["metadata"]]
        return next((name for name in alive if name.startswith(prefix)), word)

    def _hide(self, text: str) -> str:
        return re.sub(r"-[a-f0-9]{7,10}-[a-z0-9]{5}\b", "-<hash>", text)

    def _become(self, final: Json) -> list[str]:
        found: list[Json] = [{}]
        expected = {key: final.get(key) for key in COMPARED}
        self._await_pods(final)

        def reached() -> bool:
            found[0] = observe(self._name, self._namespace)
            return not differences(expected, found[0])

        try:
            kubectl.wait(str(expected), reached, SECONDS)
        except kubectl.ClusterError:
            return differences(expected, found[0])
        return []

    def _await_pods(self, final: Json) -> None:
        """Let the pods settle first, else the state from before the step would do."""
        wanted = len(final["pods"])

        def settled() -> bool:
            pods = (kubectl.get("pods", "-n", self._namespace, "-l", f"seldon-deployment-id={self._name}") or {})[
                "items"
            ]
            leaving = [pod for pod in pods if "deletionTimestamp" in pod["metadata"]]
            return len(pods) == wanted and not leaving

        try:
            kubectl.wait(f"{wanted} pods", settled, SECONDS)
        except kubectl.ClusterError:
            return


def compare_steps(case: Case) -> Iterator[Result]:
    """The results of each step of `steps`. Raises ClusterError when the cluster is away."""
    yield from _Life(case).results()
