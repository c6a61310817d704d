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
if kind export kubeconfig --name "$CLUSTER" >/dev/null 2>&1 && cluster_answers; then
    echo "The cluster $CLUSTER is already here and answers: using it."
    exit 0
fi
echo "The cluster $CLUSTER does not answer any more: deleting what is left of it."
delete_cluster
exit 1
