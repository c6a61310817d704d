"""Speaks to the learner: one line for each thing checked, and for the first that is not so, what to do. No traceback.

The reason also goes to the file named by VERIFICATION_FAILURE_REASON, which the player shows.
"""
import os
from pathlib import Path

import pytest
import remedies
from lesson import Expectation


def tell_reason(text: str) -> None:
    path = os.environ.get("VERIFICATION_FAILURE_REASON")
    if path:
        Path(path).write_text(text + "\n", encoding="utf-8")
    print(text, flush=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    title = (item.function.__doc__ or item.name).strip().rstrip(".")
    if report.when == "call" and report.passed:
        print(f"✓ {title}", flush=True)
    if report.skipped:
        print(f"- {title}: {call.excinfo.value}", flush=True)
    if report.failed:
        error = call.excinfo.value
        print(f"✗ {title}", flush=True)
        if isinstance(error, Expectation):
            tell_reason(str(error))
        else:
            tell_reason(
                f"The check itself could not run: {type(error).__name__}: {error}\n"
                f"To do:    `{remedies.LOOK_AT_CLUSTER}`, to see whether the cluster is still there"
            )
        # The first thing that is missing explains the rest.
        item.session.shouldfail = "first failure"
    return report


def pytest_collectreport(report):
    if report.failed:
        tell_reason(f"The check could not be loaded: {report.longreprtext.strip().splitlines()[-1]}")
