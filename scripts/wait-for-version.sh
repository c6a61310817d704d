#!/usr/bin/env bash
# Waits until predictions through the learner's port are answered by the model's image of one version.
# Usage: scripts/wait-for-version.sh VERSION
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
version=${1:?"usage: scripts/wait-for-version.sh VERSION, for example 0.2"}

echo "Waiting for the answers of version $version"
for _ in $(seq 90); do
    answer=$(curl -s -m 5 "$SELDON_URL/api/v1.0/predictions" -H 'Content-Type: application/json' \
        -d '{"data": {"ndarray": [[5.1, 3.5, 1.4, 0.2]]}}' || true)
    case "$answer" in *"iris-classifier:$version"*) echo "Version $version answers."; exit 0 ;; esac
    sleep 1
done
fail "Version $version did not answer within 90 seconds: look at  kubectl get pods -n seldon , and at  scripts/port-forward.sh  if nothing answers at all."
