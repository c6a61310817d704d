"""`handrail lint`: what is wrong with a scenario, found before a learner finds it.

`catalogue` names every rule, `rules/` holds them, `engine` runs them, `fix` mends what can be mended safely.
May import: scenario, markdown, problems, errors.
"""
