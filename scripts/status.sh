#!/usr/bin/env bash
# Says in a line whether the lessons' cluster runs and how much memory it takes. Exit 0: it runs.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ -r "$STATE/prepared.env" ] || fail "No cluster yet"
node="$CLUSTER-control-plane"
running=$("$ENGINE" ps --filter "name=$node" --format '{{.Names}}')
[ "$running" = "$node" ] || fail "The cluster $CLUSTER does not run"
memory=$("$ENGINE" stats --no-stream --format '{{.MemUsage}}' "$node")
echo "Cluster $CLUSTER: ${memory%% /*} of memory"
