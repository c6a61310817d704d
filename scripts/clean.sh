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
# Podman's list fails when some other program removes an image meanwhile.
for try in 1 2 3 4 5 6 7 8 9 10; do
    images=$("$ENGINE" images --format '{{.Repository}}:{{.Tag}}') && break
    [ "$try" != 10 ] || fail "The lesson's images could not be listed (the reason is above): run  scripts/clean.sh  once more."
done
{ grep "^localhost/$CLUSTER/" <<< "$images" || true; } | while read -r image; do
    # A build that was killed holds layers below the image, and Podman calls that an error though the image is gone.
    reason=$("$ENGINE" rmi "$image" 2>&1) || ! "$ENGINE" image inspect "$image" >/dev/null 2>&1 ||
        fail "The image $image could not be removed: $reason"
    echo "Removed the image $image"
done
rm -f "$KUBECONFIG"
