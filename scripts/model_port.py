"""The learner's port to a deployment, for the programs that send requests through it: no other's answers are taken.

    port = ModelPort("flowers", "canary")
    answer = port.accept(session.post(port.url, json=request, timeout=10).json())

What is wrong ends the program with a sentence and the command that opens the right port.
"""
import json
import os
import subprocess
import sys
from typing import Any, NoReturn

from port_owner import other_lesson, own_target


class ModelPort:
    """`service`: where the port has to lead, as a rule the predictor `default` of the SeldonDeployment."""

    def __init__(self, name: str, namespace: str, service: str = "") -> None:
        self.base = os.environ["SELDON_URL"]
        self.url = f"{self.base}/api/v1.0/predictions"
        self.name, self.namespace = name, namespace
        self.open = f"scripts/port-forward.sh {service or f'{name}-default'} {namespace}"
        port = self.base.rpartition(":")[2]
        other = other_lesson(port)
        if other:
            self.refuse(f"Your port {self.base} leads to {other}, which another lesson has opened.")
        self.images = self._images()
        elsewhere = own_target(port)
        if elsewhere and elsewhere != f"{namespace}/{service or f'{name}-default'}":
            self.refuse(f"Your port {self.base} leads to {elsewhere}, not to {name} in the namespace {namespace}.")

    def refuse(self, why: str) -> NoReturn:
        sys.exit(f"{why}\nTo do:    {self.open}")

    def silent(self) -> NoReturn:
        self.refuse(f"Nothing answers on {self.base}.")

    def accept(self, answer: Any) -> Any:
        """The answer, if parts of this deployment gave it."""
        path = answer.get("meta", {}).get("requestPath") if isinstance(answer, dict) else None
        images = {repository(image) for image in path.values()} if isinstance(path, dict) else set()
        if not images or not images <= self.images:
            who = ", ".join(sorted(images)) or str(answer)[:100]
            self.refuse(f"That is not an answer of {self.name} in the namespace {self.namespace}: {who}")
        return answer

    def _images(self) -> set[str]:
        """What the deployment's containers run; versions left out, since they change while somebody asks."""
        command = ["kubectl", "get", "seldondeployment", self.name, "-n", self.namespace, "-o", "json"]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        if found.returncode:
            sys.exit(f"{found.stderr.strip()}\nTo do:    kubectl get sdep -A")
        predictors = json.loads(found.stdout)["spec"]["predictors"]
        specs = [part["spec"] for predictor in predictors for part in predictor.get("componentSpecs", [])]
        return {repository(container["image"]) for spec in specs for container in spec["containers"]}


def repository(image: str) -> str:
    """An image's name without its version."""
    return image.rsplit(":", 1)[0]
