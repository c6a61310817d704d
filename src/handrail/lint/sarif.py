"""Problems as SARIF 2.1.0, which code hosts and editors read."""

import json
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TextIO
from urllib.parse import quote

from handrail.problems import Problem
from handrail.problems.catalogue import LINTED

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


class Sarif:
    """One log with one run, written at the end."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.results: list[dict[str, Any]] = []

    def problem(self, problem: Problem) -> None:
        self.results.append(
            {
                "ruleId": problem.code,
                "level": _LEVELS[problem.severity],
                "message": {"text": f"{problem.message} {problem.remedy}".strip()},
                "locations": [
                    {
                        "physicalLocation": {
                            "artifactLocation": {"uri": quote(problem.path)},
                            "region": {"startLine": problem.line, "startColumn": problem.column},
                        }
                    }
                ],
            }
        )

    def end(self, scenarios: int) -> None:
        log = {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {
                        "driver": {
                            "name": "handrail",
                            "version": _version(),
                            "rules": [
                                {
                                    "id": rule.code,
                                    "shortDescription": {"text": rule.summary},
                                    "defaultConfiguration": {"level": _LEVELS[rule.severity]},
                                }
                                for rule in LINTED
                            ],
                        }
                    },
                    "columnKind": "unicodeCodePoints",
                    "results": self.results,
                }
            ],
        }
        json.dump(log, self.out, ensure_ascii=False, indent=1)
        self.out.write("\n")


def _version() -> str:
    try:
        return version("handrail")
    except PackageNotFoundError:
        return "0"
