#!/usr/bin/env bash
# Exit 0 when this lesson's cluster exists and its API server answers; a dead one is deleted so that it can be
# created anew. Podman and kind still list a node whose processes were killed, so only the API server is believed.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_prepared

if ! cluster_listed; then
    echo "There is no cluster named $CLUSTER yet."
    exit 1
fi
# A machine with much else to do makes a live cluster slow: one that is only slow must not be deleted.
for patience in 10 20 30; do
    if kind export kubeconfig --name "$CLUSTER" >/dev/null 2>&1 && kubectl get --raw /readyz --request-timeout="${patience}s" >/dev/null 2>&1; then
        echo "The cluster $CLUSTER is already here and answers: using it."
        exit 0
    fi
    [ "$patience" = 30 ] || echo "The cluster $CLUSTER has not answered yet; asking again."
    sleep 1
done
echo "The cluster $CLUSTER does not answer any more: deleting what is left of it."
delete_cluster
exit 1
