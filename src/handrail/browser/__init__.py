"""A learner who clicks: goes through a session by the buttons of the player's page, in a real Chromium.

May import: server, and the rooms below it; Playwright, which is optional.
"""
