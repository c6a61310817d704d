#!/usr/bin/env bash
# Copies an image that scripts/build-image.sh made from the engine into the cluster's node, as localhost/NAME:VERSION.
# Usage: scripts/load-image.sh NAME:VERSION
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_prepared
name=${1:?"usage: scripts/load-image.sh NAME:VERSION, for example iris-classifier:0.1"}

image=$(image_in_engine "$name")
there() {
    if in_classroom; then
        crane digest --insecure "$LESSON_PUSH_TO/$name" >/dev/null 2>&1
    else
        "$ENGINE" image inspect "$image" >/dev/null 2>&1
    fi
}
if ! there; then
    # The pages say which folder an image is built from.
    folder=$(cat "${SCENARIO_DIR:-$HOME}"/*.md 2>/dev/null | sed -nE "s|.*scripts/build-image\.sh ${name%%:*}:[^ ]+ ([a-z-]+).*|\1|p" | sed -n 1p)
    fail "There is no image $name yet.
To do:    scripts/build-image.sh $name ${folder:-model} && scripts/load-image.sh $name"
fi
if in_classroom; then
    echo "Loaded: $LESSON_IMAGES/$name is in the classroom's registry, where every node of the cluster finds it"
    exit 0
fi
# shellcheck disable=SC2016  # for the learner's own shell
create='scripts/have-cluster.sh || kind create cluster --name "$CLUSTER" --image "$NODE_IMAGE" --config manifests/kind.yaml'
case ${SCENARIO_DIR:-} in */more/*) create="scripts/set-up.sh $(basename "$SCENARIO_DIR")" ;; esac
cluster_answers || fail "The cluster $CLUSTER does not answer.
To do:    $create"
started=$SECONDS
airgap load "$image" --cluster "$CLUSTER" >/dev/null
"$ENGINE" exec "$CLUSTER-control-plane" ctr --namespace k8s.io images tag --force "$image" "localhost/$name" >/dev/null
echo "Loaded: localhost/$name is in the cluster $CLUSTER ($((SECONDS - started)) s)"
