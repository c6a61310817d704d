"""`handrail play`: the player. The guard, the routes, one WebSocket for each terminal, and the page.

May import: every room but runner and its reports.
"""
