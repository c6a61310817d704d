# shellcheck shell=bash
# Lays out ~/seldon-iris for this lesson, on top of what all lessons share.
# shellcheck disable=SC1091
. "$SCENARIO_DIR/../../scripts/start.sh"
