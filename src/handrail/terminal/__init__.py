"""A terminal: a PTY with its shell, its bytes, the marks that the shell prints, and its replay.

May import: errors.
"""
