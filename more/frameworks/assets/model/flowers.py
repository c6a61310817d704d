"""The flowers that all three models are trained on, and those they are tried on, as two files beside this one."""
from pathlib import Path

import numpy as np
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

features, classes = load_iris(return_X_y=True)
table = np.column_stack([features, classes])
seen, unseen = train_test_split(table, test_size=50, random_state=1, stratify=classes)
for name, rows in (("seen", seen), ("unseen", unseen)):
    np.savetxt(Path(__file__).with_name(f"{name}.csv"), rows, fmt="%g", delimiter=",")
    print(f"model/{name}.csv: {len(rows)} flowers")
