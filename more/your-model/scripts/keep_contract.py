"""Sends wines that were made up from your contract, holds the answers against it, and then sends the real ones.

Usage: python scripts/keep_contract.py
"""
import json
import sys
from pathlib import Path

import numpy as np
import plot
import requests
from model_port import ModelPort
from seldon_core.microservice_tester import generate_batch
from sklearn.datasets import load_wine

STEPS = (0.5, 0.7, 0.9, 0.99)


def ask(rows: np.ndarray) -> np.ndarray:
    port = ModelPort("wine", "your-model")
    try:
        answer = requests.post(port.url, json={"data": {"ndarray": rows.tolist()}}, timeout=20)
    except requests.RequestException:
        port.silent()
    if answer.status_code != 200:
        sys.exit(f"HTTP {answer.status_code}: {answer.text[:300]}")
    return np.array(port.accept(answer.json())["data"]["ndarray"], dtype=float)


def draw(title: str, answers: np.ndarray) -> None:
    """How sure the model is: wines by the probability of the best grower."""
    print(title)
    best = answers.max(axis=1)
    rows, low = [], 0.0
    for high in (*STEPS, 1.01):
        count = int(((best >= low) & (best < high)).sum())
        rows.append((f"{low:.2f} to {min(high, 1):.2f}", float(count), str(count)))
        low = high
    print(plot.bars(rows, top=len(best)))


def main() -> None:
    contract = json.loads(Path("wine/contract.json").read_text())
    columns = sum(target.get("repeat", 1) for target in contract["targets"])
    low, high = contract["targets"][0]["range"]
    made_up = ask(generate_batch(contract, 100, "features"))
    kept = made_up.shape == (100, columns) and bool(((made_up >= low) & (made_up <= high)).all())
    print(f"100 made-up wines: answers of shape {made_up.shape}, contract {'kept' if kept else 'BROKEN'}")
    wine = load_wine()
    real = ask(wine.data)
    print(f"{len(real)} real wines: {(real.argmax(axis=1) == wine.target).mean():.0%} named right")
    print()
    draw("made-up wines, by the probability of the best grower", made_up)
    draw("real wines", real)


if __name__ == "__main__":
    main()
