# shellcheck shell=bash
# Lays out ~/seldon-iris for this lesson, on top of what all lessons share: the first lesson's model and manifest are
# there to look at, since the hints lead to them.
# shellcheck disable=SC1091
. "$SCENARIO_DIR/../../scripts/start.sh"
cp -R "$SCENARIO_DIR/../../assets/model" ~/seldon-iris/
cp "$SCENARIO_DIR/../../manifests/iris.yaml" ~/seldon-iris/manifests/
