#!/usr/bin/env bash
# Ends a lesson under more/: closes its ports and deletes its namespace. The cluster stays for the next lesson. With
# LESSON_FRESH set, nothing is left that the next run of this lesson could use: its images go, too, and the namespace is
# gone at the end.   Usage: scripts/clean-namespace.sh NAMESPACE
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
BUILT=built/
namespace=${1:?"usage: scripts/clean-namespace.sh NAMESPACE"}

close_port_forwards
if [ ! -r "$STATE/prepared.env" ] || ! kubectl get --raw /readyz --request-timeout=5s >/dev/null 2>&1; then
    exit 0
fi
# Its pods take half a minute to end; nobody needs to watch that.
kubectl delete namespace "$namespace" --ignore-not-found --wait=false
[ -n "${LESSON_FRESH:-}" ] || exit 0

kubectl delete pods --all -n "$namespace" --ignore-not-found --force --grace-period=0 >/dev/null 2>&1
kubectl wait --for=delete "namespace/$namespace" --timeout=180s >/dev/null
# By another name in the engine, no script finds an image, and the next build of it finds its layers.
images_in_engine | { grep -v "^$BUILT" || true; } | while read -r name; do
    "$ENGINE" tag "$(image_in_engine "$name")" "$(image_in_engine "$BUILT$name")"
    "$ENGINE" rmi "$(image_in_engine "$name")" >/dev/null
done
# What scripts/load-image.sh did for each, undone.
node="$CLUSTER-control-plane"
"$ENGINE" exec "$node" ctr --namespace k8s.io images ls --quiet | sed -n "s|^localhost/$CLUSTER/||p" | while read -r name; do
    "$ENGINE" exec "$node" ctr --namespace k8s.io images rm "localhost/$CLUSTER/$name" "localhost/$name" </dev/null >/dev/null
done
