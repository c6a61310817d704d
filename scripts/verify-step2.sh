#!/usr/bin/env bash
# Checks the state that step 2 leads to. Exit 0: reached; else the reason stands in $VERIFICATION_FAILURE_REASON.
exec "${SCENARIO_DIR:-$HOME/seldon-iris}/scripts/check-step.sh" 2
