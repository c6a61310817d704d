"""handrail plays, tests and lints Katacoda and Killercoda scenarios on your own machine."""

__version__ = "0.1.0"
