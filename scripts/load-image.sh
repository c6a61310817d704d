#!/usr/bin/env bash
# Copies an image that scripts/build-image.sh made from the engine into the cluster's node, as localhost/NAME:VERSION.
# Usage: scripts/load-image.sh NAME:VERSION
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_prepared
name=${1:?"usage: scripts/load-image.sh NAME:VERSION, for example iris-classifier:0.1"}

image=$(image_in_engine "$name")
"$ENGINE" image inspect "$image" >/dev/null 2>&1 ||
    fail "There is no image $name yet: run  scripts/build-image.sh $name FOLDER  first."
kubectl get --raw /readyz --request-timeout=10s >/dev/null 2>&1 ||
    fail "The cluster $CLUSTER does not answer: create it again with step 1's commands."
started=$SECONDS
airgap load "$image" --cluster "$CLUSTER" >/dev/null
"$ENGINE" exec "$CLUSTER-control-plane" ctr --namespace k8s.io images tag --force "$image" "localhost/$name" >/dev/null
echo "Loaded: localhost/$name is in the cluster $CLUSTER ($((SECONDS - started)) s)"
