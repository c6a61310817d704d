"""Holds the stand-in against recordings of the original. `python -m tests.conformance FOLDER`."""

import sys
from pathlib import Path

# The stand-in is installed in its image only; here it runs from the source tree.
sys.path.insert(0, str(Path(__file__).parents[2] / "standin"))
