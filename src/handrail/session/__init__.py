"""One learner's run of a scenario: pages, blocks, checks, progress and events, the same for player and runner.

May import: runtime, terminal, scenario, markdown, problems, errors.
"""
