# shellcheck shell=bash
# Lays out ~/seldon-iris for this lesson, on top of what all lessons share and the models of the lesson canary.
# shellcheck disable=SC1091
. "$SCENARIO_DIR/../../scripts/start.sh"
cp -R "$SCENARIO_DIR/../canary/assets/flowers" ~/seldon-iris/
