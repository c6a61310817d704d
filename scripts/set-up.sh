#!/usr/bin/env bash
# Brings a lesson under more/ to its starting point: this lesson's cluster, Seldon Core in it, and a namespace. What is
# there already is kept, so it takes a second when the main lesson's cluster is still running.
# Usage: scripts/set-up.sh NAMESPACE
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_prepared
namespace=${1:?"usage: scripts/set-up.sh NAMESPACE"}

"$scripts/have-cluster.sh" ||
    kind create cluster --name "$CLUSTER" --image "$NODE_IMAGE" --config "$SOURCE_DIR/manifests/kind.yaml"
"$scripts/wait-for.sh" node/--all
helm status seldon-core --namespace seldon-system >/dev/null 2>&1 ||
    helm install seldon-core "$SELDON_CHART" --version "$SELDON_VERSION" \
        --namespace seldon-system --create-namespace --set executor.resources.cpuRequest=100m
if [ "$(kubectl get deployment seldon-controller-manager --namespace seldon-system --output 'jsonpath={.spec.replicas}')" = 0 ]; then
    kubectl scale deployment seldon-controller-manager --namespace seldon-system --replicas=1
fi
"$scripts/wait-for.sh" deployment/seldon-controller-manager -n seldon-system
if [ "$(kubectl get namespace "$namespace" --ignore-not-found --output 'jsonpath={.status.phase}')" = Terminating ]; then
    echo "The last run's namespace $namespace is still ending (half a minute at most)"
    kubectl wait --for=delete "namespace/$namespace" --timeout=120s
fi
# Programs of this lesson, such as the load generator, ask the deployment of this namespace.
echo "$namespace" > "$STATE/namespace"
kubectl create namespace "$namespace" --dry-run=client -o yaml | kubectl apply -f -
echo "Ready: cluster $CLUSTER, Seldon Core $SELDON_VERSION, namespace $namespace"
