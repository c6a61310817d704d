# shellcheck shell=bash
# Lays out ~/seldon-iris for this lesson, on top of what all lessons share, the first lesson's model and the load generator.
# shellcheck disable=SC1091
. "$SCENARIO_DIR/../../scripts/start.sh"
cp "$SCENARIO_DIR/../../assets/model/train.py" "$SCENARIO_DIR/../../assets/model/IrisModel.py" ~/seldon-iris/graph/
cp -R "$SCENARIO_DIR/../metrics/assets/client" ~/seldon-iris/
