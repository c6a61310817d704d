#!/usr/bin/env bash
# What does monitoring cost? Asks two SeldonDeployments in turn, from inside the cluster, and compares the medians.
# Usage: scripts/cost.sh NAMESPACE PLAIN_SDEP MONITORED_SDEP
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
namespace=${1:?"usage: scripts/cost.sh NAMESPACE PLAIN_SDEP MONITORED_SDEP"}
kubectl exec -i --namespace "$namespace" "deployment/$2-default-0-classifier" --container classifier -- \
    python3 - "$2-default" "$3-default" < "$LESSON_DIR/client/cost.py"
