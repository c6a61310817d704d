"""Explains 30 flowers, draws which measurements matter, and leaves a picture in results/contributions.svg.

Usage: python scripts/overview.py
"""
import json
from pathlib import Path

import plot
from explanations import explain
from sklearn.datasets import load_iris

SHOWN = "virginica"
ROW = 60  # height of one measurement in the picture
HALF = 260  # width of a contribution of 1


def swarm(whys: list[dict], number: int) -> str:
    """A dot for each flower and measurement: to the right what speaks for the species, darker what is greater."""
    names = whys[0]["measurements"]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {ROW * len(names) + 70}" '
        'font-family="sans-serif" font-size="14">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="20" y="26">What speaks for {SHOWN} (right) and against it (left)</text>',
        f'<path d="M420 40V{ROW * len(names) + 45}" stroke="#999"/>',
    ]
    for row, name in enumerate(names):
        middle = 70 + row * ROW
        parts.append(f'<text x="20" y="{middle + 5}">{name}</text>')
        values = [why["instance"][row] for why in whys]
        low, high = min(values), max(values)
        for place, why in enumerate(whys):
            x = 420 + HALF * why["contributions"][name][number]
            y = middle + (place % 7 - 3) * 5
            light = round(85 - 60 * (values[place] - low) / (high - low))
            parts.append(f'<circle cx="{x:.1f}" cy="{y}" r="5" fill="hsl(215 70% {light}%)" stroke="#fff"/>')
    footer = ROW * len(names) + 62
    parts.append(f'<text x="20" y="{footer}" font-size="12" fill="#555">a dot is a flower; darker: greater</text>')
    return "\n".join([*parts, "</svg>\n"])


def main() -> None:
    flowers = load_iris().data[2::5].tolist()
    whys = [explain(flower) for flower in flowers]
    names = whys[0]["measurements"]
    number = whys[0]["classes"].index(SHOWN)
    means = {name: sum(abs(why["contributions"][name][number]) for why in whys) / len(whys) for name in names}
    print(f"{len(whys)} flowers: mean size of what each measurement adds for or against {SHOWN}")
    print(plot.bars([(name, mean, f"{mean:.3f}") for name, mean in sorted(means.items(), key=lambda item: -item[1])]))
    folder = Path("results")
    folder.mkdir(exist_ok=True)
    (folder / "contributions.svg").write_text(swarm(whys, number))
    (folder / "contributions.json").write_text(json.dumps(whys))
    print("drawn in results/contributions.svg")


if __name__ == "__main__":
    main()
