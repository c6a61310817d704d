#!/usr/bin/env bash
# Checks the state that step 4 leads to. Exit 0: reached; else the reason stands in $VERIFICATION_FAILURE_REASON.
exec "$SCENARIO_DIR/../../scripts/check-step.sh" "$SCENARIO_DIR/tests/test_step4.py"
