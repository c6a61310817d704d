#!/usr/bin/env bash
# Leads the learner's port to the SeldonDeployment flowers anew: kubectl port-forward stays with a pod until it has gone.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
close_port_forwards >/dev/null
port=${SELDON_URL##*:}
for _ in $(seq 50); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    sleep 0.1
done
exec "$scripts/port-forward.sh" flowers-default canary
