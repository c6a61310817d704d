#!/usr/bin/env bash
# Says in a line whether the lessons' cluster runs and how much memory it takes. Exit 0: it runs.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ -r "$STATE/prepared.env" ] || fail "No cluster yet"
node="$CLUSTER-control-plane"
running=$("$ENGINE" ps --filter "name=$node" --format '{{.Names}}')
[ "$running" = "$node" ] || fail "The cluster $CLUSTER does not run"
# An engine without control groups of its own cannot tell.
memory=$("$ENGINE" stats --no-stream --format '{{.MemUsage}}' "$node" 2>/dev/null) || memory=""
if [ -n "$memory" ]; then
    echo "Cluster $CLUSTER: ${memory%% /*} of memory"
else
    echo "Cluster $CLUSTER runs"
fi
