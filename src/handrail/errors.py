"""The errors that every room may raise: the text of each is a sentence for a person, with what to do next."""


class HandrailError(Exception):
    """Something cannot be done; `str(error)` says what, why and what to do."""


class SessionError(HandrailError):
    """What was asked of a lesson's run cannot be done."""
