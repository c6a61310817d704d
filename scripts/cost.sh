#!/usr/bin/env bash
# What does monitoring cost? Asks two SeldonDeployments in turn, from inside the cluster, and compares.
# Usage: scripts/cost.sh NAMESPACE PLAIN_SDEP MONITORED_SDEP [LIMIT_IN_PER_CENT]
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
namespace=${1:?"usage: scripts/cost.sh NAMESPACE PLAIN_SDEP MONITORED_SDEP [LIMIT]"}
pod=$(kubectl get pods --namespace "$namespace" -l "seldon-deployment-id=$2" -o name | sed -n 1p)
[ -n "$pod" ] || fail "There is no pod of $2 in the namespace $namespace: look at  kubectl get sdep -n $namespace"
kubectl exec -i --namespace "$namespace" "$pod" --container classifier -- \
    python3 - "$2-default" "$3-default" "${@:4}" < "$LESSON_DIR/client/cost.py"
