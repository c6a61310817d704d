#!/usr/bin/env bash
# Removes what the lesson made: the port-forward, the cluster and the lesson's images. Caches stay for the next time.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# A hosted platform runs this text without its file, and lays out the lesson's folders in ~.
[ -r "$here/lib.sh" ] || here="$HOME/scripts"
# shellcheck source=scripts/lib.sh
. "$here/lib.sh"

close_port_forwards
if [ ! -r "$STATE/prepared.env" ]; then
    echo "Nothing else to remove: the tools were never ready."
    exit 0
fi
echo "Deleting the cluster $CLUSTER and this lesson's images (about ten seconds)"
delete_cluster
remove_images
rm -f "$KUBECONFIG"
