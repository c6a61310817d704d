# shellcheck shell=bash
# Lays out ~/seldon-iris for this lesson, on top of what all lessons share, the first lesson's model class, the collector
# of the payload-logging lesson, and the monitor and load generator of the metrics lesson.
# shellcheck disable=SC1091
. "$SCENARIO_DIR/../../scripts/start.sh"
cp -R "$SCENARIO_DIR/../metrics/assets/monitor" "$SCENARIO_DIR/../metrics/assets/client" ~/seldon-iris/
cp -R "$SCENARIO_DIR/../payload-logging/assets/collector" ~/seldon-iris/
cp "$SCENARIO_DIR/../metrics/manifests/monitor.yaml" "$SCENARIO_DIR/../payload-logging/manifests/collector.yaml" ~/seldon-iris/manifests/
cp "$SCENARIO_DIR/../../assets/model/IrisModel.py" ~/seldon-iris/drift/
