"""Holds the stand-in against recordings of the original. `python -m tests.conformance FOLDER`."""
