#!/usr/bin/env bash
# Copies the model's image from the engine into the cluster's node, under the name that manifests use.
# Usage: scripts/load-image.sh VERSION
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_prepared
version=${1:?"usage: scripts/load-image.sh VERSION, for example 0.1"}

image=$(image_in_engine "$version")
name="localhost/iris-classifier:$version"
"$ENGINE" image inspect "$image" >/dev/null 2>&1 || fail "There is no image $name yet: run  scripts/build-image.sh $version  first."
kubectl get --raw /readyz --request-timeout=10s >/dev/null 2>&1 ||
    fail "The cluster $CLUSTER does not answer: create it again with step 1's commands."
started=$SECONDS
airgap load "$image" --cluster "$CLUSTER"
"$ENGINE" exec "$CLUSTER-control-plane" ctr --namespace k8s.io images tag --force "$image" "$name" >/dev/null
echo "Loaded: $name is in the cluster $CLUSTER ($((SECONDS - started)) s)"
