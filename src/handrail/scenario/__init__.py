"""A scenario on the disk: its index, pages, assets, pictures and courses, read without leaving its folder.

May import: markdown, problems, errors.
"""
