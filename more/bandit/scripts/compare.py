"""Draws how often each router chose the best model: what scripts/learn.py left in results/.

Usage: python scripts/compare.py
"""
import json
import sys
from pathlib import Path

import plot
from learn import ARMS, shares

best = ARMS.index("petals")
results = {path.stem: json.loads(path.read_text()) for path in sorted(Path("results").glob("*.json"))}
if not results:
    sys.exit("There are no results yet: run  python scripts/learn.py epsilon-greedy  first.")

print("Share of petals, the best model, in the last 100 rounds")
courses = {name: shares(choices, best) for name, choices in results.items()}
print(plot.course(courses, low=0, high=1, last=max(map(len, results.values())), unit="rewards"))
print()
print("Flowers that went to a worse model")
losses = {name: len(choices) - choices.count(best) for name, choices in results.items()}
print(plot.bars([(name, float(lost), f"{lost} of {len(results[name])}") for name, lost in losses.items()]))
