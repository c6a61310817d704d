import numpy as np


class Inches:
    """Turns measurements in inches into centimetres before the model sees them."""

    def transform_input(self, X, names=None, meta=None):
        return np.asarray(X, dtype=float) * 2.54
