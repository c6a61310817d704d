"""Gets container engines, tools and images on hosts where the usual publishers cannot be reached.

Everything is asked for in the same order: already there at an accepted version, its publisher, package registries
alone. Needs nothing but Python's standard library; run it as ``python3 -m airgap --help``.
"""
