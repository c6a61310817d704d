"""`handrail export`: a scenario written anew for another platform, and compared with what it was.

May import: lint, scenario, markdown, problems, errors.
"""
