"""`handrail test`: the same session without a browser, and its reports.

May import: every room but server.
"""
