#!/usr/bin/env bash
# Fetches or builds the tools that all lessons share, while the learner reads.
exec bash "$SCENARIO_DIR/../../scripts/prepare.sh"
