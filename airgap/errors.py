"""The one exception that ends a command."""

from __future__ import annotations


class AirgapError(Exception):
    """A sentence for the person at the keyboard: what went wrong, why, and what to type next."""
