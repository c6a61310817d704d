"""Sends flowers to a bandit, rewards right answers, and draws which model the router chooses as it learns.

Usage: python scripts/learn.py epsilon-greedy|thompson [ROUNDS]     (1000 rounds when no number is given)
The choices are kept in results/NAME.json, so that two routers can be compared.
"""
import json
import random
import sys
from pathlib import Path

import plot
import requests
from model_port import ModelPort
from sklearn.datasets import load_iris

ARMS = ("sepal-width", "petals", "sepal-length")
WINDOW = 100


def shares(choices: list[int], arm: int) -> list[float]:
    """How often the arm was chosen in the last WINDOW rounds, after each round."""
    result = []
    for end in range(1, len(choices) + 1):
        window = choices[max(0, end - WINDOW):end]
        result.append(window.count(arm) / len(window))
    return result


def draw(choices: list[int], rounds: int) -> str:
    done = {name: shares(choices, arm) for arm, name in enumerate(ARMS)}
    return plot.course(done, low=0, high=1, last=len(choices), unit=f"of {rounds} rewards")


def one_round(session: requests.Session, port: ModelPort, flower: list[float], species: int) -> int:
    """Ask, compare, send the reward back with the answer as it came; gives the arm that was chosen."""
    request = {"data": {"ndarray": [flower]}}
    try:
        asked = session.post(port.url, json=request, timeout=10)
    except requests.ConnectionError:
        port.silent()
    if asked.status_code != 200:
        port.refuse(f"HTTP {asked.status_code}: {asked.text[:200]}")
    answer = port.accept(asked.json())
    reward = 1.0 if answer["data"]["ndarray"][0][0] == species else 0.0
    feedback = {"request": request, "response": answer, "reward": reward}
    session.post(f"{port.base}/api/v1.0/feedback", json=feedback, timeout=10).raise_for_status()
    return answer["meta"]["routing"]["router"]


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1] not in ("epsilon-greedy", "thompson"):
        sys.exit("usage: python scripts/learn.py epsilon-greedy|thompson [ROUNDS]")
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    port = ModelPort(sys.argv[1], "bandit")
    iris = load_iris()
    choices: list[int] = []
    shown = 0
    with requests.Session() as session:
        while len(choices) < rounds:
            number = random.randrange(len(iris.data))
            flower = iris.data[number].tolist()
            choices.append(one_round(session, port, flower, int(iris.target[number])))
            if len(choices) == rounds or (len(choices) % 50 == 0 and sys.stdout.isatty()):
                picture = draw(choices, rounds)
                # Draw over the last picture.
                print(f"\x1b[{shown}A\x1b[J" if shown else "", picture, sep="", flush=True)
                shown = picture.count("\n") + 1
    folder = Path("results")
    folder.mkdir(exist_ok=True)
    (folder / f"{sys.argv[1]}.json").write_text(json.dumps(choices))
    best = ARMS.index("petals")
    print(f"{sys.argv[1]} chose petals in {choices.count(best) / len(choices):.0%} of {len(choices)} rounds,"
          f" in {choices[-WINDOW:].count(best) / WINDOW:.0%} of the last {WINDOW}.")


if __name__ == "__main__":
    main()
