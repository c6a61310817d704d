"""Draws what each measurement contributed to the model's answer about one flower.

Usage: python scripts/why.py SEPAL_LENGTH SEPAL_WIDTH PETAL_LENGTH PETAL_WIDTH     (in cm)
"""
import sys

import plot
from explanations import explain


def main() -> None:
    try:
        flower = [float(word) for word in sys.argv[1:]]
    except ValueError:
        flower = []
    if len(flower) != 4:
        sys.exit("usage: python scripts/why.py SEPAL_LENGTH SEPAL_WIDTH PETAL_LENGTH PETAL_WIDTH")
    why = explain(flower)
    best = max(range(len(why["classes"])), key=lambda number: why["prediction"][number])
    print(f"Why {why['classes'][best]}, with probability {why['prediction'][best]:.3f}?")
    print()
    print(f"of any flower the model says {why['base'][best]:.3f}")
    parts = {name: values[best] for name, values in why["contributions"].items()}
    rows = [
        (f"{name} {value:g} cm", parts[name], f"{parts[name]:+.3f}")
        for name, value in zip(why["measurements"], flower, strict=True)
    ]
    print(plot.signed_bars(sorted(rows, key=lambda row: -abs(row[1]))))
    print(f"together {why['base'][best] + sum(parts.values()):.3f}")


if __name__ == "__main__":
    main()
