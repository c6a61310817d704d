"""Three flowers explained by your explainer and by the library shap, which asks the same deployed model.

scripts/in-own-python.sh explain/shap.txt explain/with_shap.py
"""
import json
import time
from pathlib import Path

import numpy as np
import shap
from deployed import FLOWERS, NAMES, Model, explain, save

background = np.array(json.loads(Path(__file__).with_name("background.json").read_text()))
model = Model()
exact = shap.explainers.Exact(model, shap.maskers.Independent(background, max_samples=len(background)))
kept = []
for flower in FLOWERS:
    started = time.monotonic()
    ours = explain(flower)
    took = time.monotonic() - started
    model.rows, started = 0, time.monotonic()
    theirs = exact(np.array([flower]), silent=True).values[0]
    best = int(np.argmax(ours["prediction"]))
    print(f"{flower}: {ours['classes'][best]}")
    for name, part in zip(NAMES, theirs, strict=True):
        print(f"  {name:13} ours {ours['contributions'][name][best]:+.6f}   shap {part[best]:+.6f}")
    print(f"  ours {took * 1000:.0f} ms; shap {(time.monotonic() - started) * 1000:.0f} ms, {model.rows} rows asked")
    kept.append({"flower": flower, "ours": ours["contributions"], "shap": theirs.tolist()})
apart = max(np.abs(np.array(list(one["ours"].values())) - one["shap"]).max() for one in kept)
save("shap.json", {"background": background.tolist(), "flowers": kept})
print(f"shap {shap.__version__}; farthest apart: {apart:.1e}")
