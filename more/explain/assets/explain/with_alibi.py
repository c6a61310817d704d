"""Three flowers explained by anchors, the explainer that Seldon brings (alibi), which asks the deployed model.

scripts/in-own-python.sh explain/alibi.txt explain/with_alibi.py
"""
import time

import alibi
import numpy as np
from alibi.explainers import AnchorTabular
from deployed import FLOWERS, NAMES, Model, save
from sklearn.datasets import load_iris

model = Model()
np.random.seed(0)
explainer = AnchorTabular(model, NAMES, seed=1)
explainer.fit(load_iris().data, disc_perc=(25, 50, 75))
kept = []
for flower in FLOWERS:
    model.rows, started = 0, time.monotonic()
    found = explainer.explain(np.array(flower), threshold=0.95)
    species = load_iris().target_names[int(model(np.array([flower])).argmax())]
    print(f"{flower}: {species}, as long as {' and '.join(found.anchor)}")
    print(
        f"  right in {float(found.precision):.0%} of such flowers; {float(found.coverage):.0%} of all are such;"
        f" {time.monotonic() - started:.1f} s, {model.rows} rows asked"
    )
    kept.append({"flower": flower, "anchor": list(found.anchor), "precision": float(found.precision)})
save("anchors.json", kept)
print(f"alibi {alibi.__version__}")
