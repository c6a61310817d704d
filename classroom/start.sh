# shellcheck shell=bash
# The intro's foreground script in a classroom: lays out ~/seldon-iris as the lesson does elsewhere, and leads its
# manifests to the learner's own namespace and to images that the nodes of the cluster pull.
# shellcheck source=scripts/start.sh disable=SC1091
. "$SCENARIO_DIR/scripts/start.sh"
# What starts the preparation again when it has failed.
cp "$SCENARIO_DIR/prepare.sh" "$LESSON_DIR/scripts/"
sed -i -e "/^ *namespace: seldon$/d" -e "s|localhost/|$(cat /etc/registry/pull 2>/dev/null || echo localhost)/|" \
    -e 's/imagePullPolicy: IfNotPresent/imagePullPolicy: Always/' "$LESSON_DIR"/manifests/*.yaml "$LESSON_DIR"/.state/original/manifests/*.yaml
