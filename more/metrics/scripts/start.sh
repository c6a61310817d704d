# shellcheck shell=bash
# Lays out ~/seldon-iris for this lesson, on top of what all lessons share and the first lesson's model.
# shellcheck disable=SC1091
. "$SCENARIO_DIR/../../scripts/start.sh"
cp "$SCENARIO_DIR/../../assets/model/train.py" "$SCENARIO_DIR/../../assets/model/IrisModel.py" ~/seldon-iris/model/
