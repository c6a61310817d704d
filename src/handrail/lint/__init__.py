"""`handrail lint`: what is wrong with a scenario, found before a learner finds it.

`rules/` finds problems, `engine` runs the rules, `fix` mends what can be mended safely; their words: `problems/`.
May import: scenario, markdown, problems, atomic_write, errors.
"""
