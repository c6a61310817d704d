"""What can be wrong with a scenario: a problem is a code, a place and facts; its words are in `catalogue`.

May import: errors.
"""

from handrail.problems.problem import CappedProblems, Problem, ScenarioError

__all__ = ["CappedProblems", "Problem", "ScenarioError"]
