"""The text of a page made into blocks, quizzes and safe HTML; `api` is what other rooms use.

May import: problems.
"""
