"""Does a rule say what happened? Compares the moments at which the model was gone with those at which a rule holds."""
from collections.abc import Iterable

STEP = 2.0  # seconds between two moments
SLACK = 14.0  # seconds by which a rule may lag behind
LONG = SLACK  # an absence that the rule has to tell of; a model that comes back at the alert is away for little longer


def spans(moments: Iterable[float]) -> list[tuple[float, float]]:
    """First and last moment of each stretch without a gap."""
    found: list[tuple[float, float]] = []
    for moment in sorted(moments):
        if found and moment - found[-1][1] <= STEP:
            found[-1] = (found[-1][0], moment)
        else:
            found.append((moment, moment))
    return found


def absences(gone: set[float]) -> list[tuple[float, float]]:
    """The stretches in which the model was gone for long enough to be told of."""
    return [(first, last) for first, last in spans(gone) if last - first >= LONG]


def missed(gone: set[float], said: set[float]) -> list[float]:
    """The moments, late enough in a long absence, at which the rule did not hold."""
    return [
        moment
        for first, last in absences(gone)
        for moment in sorted(gone)
        if first + SLACK <= moment <= last and moment not in said
    ]


def cried_wolf(gone: set[float], said: set[float]) -> list[float]:
    """The moments at which the rule held although the model was there, and had been for a while."""
    return sorted(moment for moment in said if not any(0 <= moment - past <= SLACK for past in gone))
