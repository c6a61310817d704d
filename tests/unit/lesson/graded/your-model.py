"""How many of three wines are answered, and what happens when one of them cannot be."""

import os
import runpy
import sys

from sklearn.datasets import load_wine

sys.path.insert(0, os.path.abspath("wine"))


def find() -> list[object]:
    runpy.run_path("wine/train.py")
    os.chdir("wine")
    from WineModel import WineModel

    wine, rows = WineModel(), load_wine().data[:3]
    answered = len(wine.predict(rows))
    rows[2, 4] = 900
    try:
        return [answered, len(wine.predict(rows))]
    except Exception as error:  # the wrapper's own class, which only the solution needs
        return [answered, [error.status_code, error.message]]
