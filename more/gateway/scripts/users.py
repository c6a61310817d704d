"""Your users: sends random flowers to the edge, counts which version answered, and how often it was right.

Usage: python scripts/users.py [REQUESTS]     (400 when no number is given)
"""
import random
import sys
from dataclasses import dataclass

import plot
import requests
from model_port import ModelPort
from sklearn.datasets import load_iris

VERSIONS = ("v1", "v2")
ERROR = "error"


@dataclass(frozen=True)
class Answer:
    """`version` is that of the model that answered, or ERROR."""

    version: str
    right: bool = False


class Users:
    """A crowd that keeps one connection; Envoy shares out requests, not connections."""

    def __init__(self) -> None:
        self.port = ModelPort("flowers", "gateway", "edge")
        self.iris = load_iris()
        self.session = requests.Session()

    def send(self, count: int) -> list[Answer]:
        return [self._ask(random.randrange(len(self.iris.data))) for _ in range(count)]

    def _ask(self, number: int) -> Answer:
        request = {"data": {"ndarray": [self.iris.data[number].tolist()]}}
        try:
            reply = self.session.post(self.port.url, json=request, timeout=10)
        except requests.ConnectionError:
            self.port.silent()
        except requests.RequestException:
            return Answer(ERROR)
        if reply.status_code != 200:
            return Answer(ERROR)
        answer = self.port.accept(reply.json())
        named = answer["data"]["ndarray"][0][0]
        return Answer(*answer["meta"]["requestPath"], right=bool(named == self.iris.target[number]))


def errors(answers: list[Answer]) -> int:
    return sum(answer.version == ERROR for answer in answers)


def show(answers: list[Answer]) -> None:
    """Bars of who answered, and of how often that was right."""
    counts = {name: sum(answer.version == name for answer in answers) for name in VERSIONS}
    print("answered by")
    shares = [(name, count / len(answers), f"{count} ({count / len(answers):.0%})") for name, count in counts.items()]
    print(plot.bars(shares, top=1))
    right = {name: sum(answer.right for answer in answers if answer.version == name) for name in VERSIONS}
    rates = [(name, right[name] / count, f"{right[name] / count:.0%}") for name, count in counts.items() if count]
    if rates:
        print("named right")
        print(plot.bars(rates, top=1))


if __name__ == "__main__":
    answered = Users().send(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
    print(f"{len(answered)} flowers sent, {errors(answered)} answered with an error")
    show(answered)
