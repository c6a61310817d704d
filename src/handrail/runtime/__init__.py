"""Where a scenario runs: this machine or containers, its workspace, and whether its author is trusted.

May import: scenario, markdown, terminal, problems, atomic_write, errors.
"""
