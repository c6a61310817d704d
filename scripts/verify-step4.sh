#!/usr/bin/env bash
# Checks the state that step 4 leads to. Exit 0: reached; else the reason stands in $VERIFICATION_FAILURE_REASON.
lesson="${SCENARIO_DIR:-$HOME}"
exec "$lesson/scripts/check-step.sh" "$lesson/tests/steps/test_step4.py"
