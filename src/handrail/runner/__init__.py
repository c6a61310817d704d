"""`handrail test`: the same session, without a browser or in one that clicks, and its reports.

May import: every room but server.
"""
