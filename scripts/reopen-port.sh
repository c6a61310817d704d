#!/usr/bin/env bash
# Leads one of the learner's ports to a service anew: kubectl port-forward stays with a pod until that has gone, so after
# an update the old pod would answer for a while.   Usage: as scripts/port-forward.sh
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
port=${3:-${SELDON_URL##*:}}
pid_file="$STATE/port-forward-$port.pid"

if port_forward_alive "$pid_file"; then
    kill "$(cat "$pid_file")" 2>/dev/null || true
    for _ in $(seq 50); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
        sleep 0.1
    done
fi
exec "$scripts/port-forward.sh" "$@"
