"""A stand-in for Seldon Core v1's operator and executor, for hosts that cannot run the originals."""

SELDON_VERSION = "1.17.1"
"""The version of Seldon Core whose behaviour it follows."""
