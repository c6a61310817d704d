#!/usr/bin/env bash
# Removes what the lesson made: the port-forward, the cluster and the model's images. Caches stay for the next time.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# A platform may run this text without its file: then the lesson was laid out in ~/seldon-iris.
[ -r "$here/lib.sh" ] || here="$HOME/seldon-iris/scripts"
# shellcheck source=scripts/lib.sh
. "$here/lib.sh"

pid=$(cat "$STATE/port-forward.pid" 2>/dev/null || true)
if [ -n "$pid" ] && tr '\0' ' ' < "/proc/$pid/cmdline" 2>/dev/null | grep -q port-forward.sh; then
    kill "$pid" 2>/dev/null || true
    echo "Closed: $SELDON_URL"
fi
rm -f "$STATE/port-forward.pid"
if [ ! -r "$STATE/prepared.env" ]; then
    echo "Nothing else to remove: the tools were never ready."
    exit 0
fi
kind delete cluster --name "$CLUSTER"
"$ENGINE" images --format '{{.Repository}}:{{.Tag}}' | { grep "^localhost/$CLUSTER/" || true; } | while read -r image; do
    "$ENGINE" rmi "$image" >/dev/null && echo "Removed the image $image"
done
rm -f "$KUBECONFIG"
