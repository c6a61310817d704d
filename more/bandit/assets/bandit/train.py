"""Describe each iris species by the mean of its four measurements and save that next to this file."""
import json
from pathlib import Path

from sklearn.datasets import load_iris

iris = load_iris()
centres = [iris.data[iris.target == number].mean(axis=0).round(3).tolist() for number in range(3)]
path = Path(__file__).with_name("centres.json")
path.write_text(json.dumps(centres))
print("mean measurements of", ", ".join(iris.target_names))
print(f"saved as {path.name}")
