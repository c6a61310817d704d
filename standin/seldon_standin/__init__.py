"""A stand-in for Seldon Core v1's operator and executor, for hosts that cannot run the originals."""
