"""What the collector would store of a text."""

import os
import sys

sys.path.insert(0, os.path.abspath("collector"))
SAID = "3 @ 4.50 of @noon for <anna.berg@example.org>, Bo+News_7@mail.Example-Farm.com"


def find() -> str:
    import collector

    pattern = getattr(collector, "ADDRESS", None)
    return SAID if pattern is None else pattern.sub("[email]", SAID)
