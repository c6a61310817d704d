#!/usr/bin/env bash
# Tries what the recordings do not hold, on the kind cluster of the current KUBECONFIG: two operators in two namespaces,
# one by controller id, two replicas, an API server that is away for a minute, and the operator's rights.
# Usage: ENGINE=podman tests/conformance/installations.sh CLUSTER    (load-components.sh must have run)
set -euo pipefail
cluster=${1:?give the kind cluster, for example: installations.sh seldon-iris}
chart=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../standin/chart" && pwd)
node="$cluster-control-plane"
manifests=/etc/kubernetes/manifests
fine=0 wrong=0

check() { # what command…
    if "${@:2}" >/dev/null 2>&1; then fine=$((fine + 1)); else wrong=$((wrong + 1)); echo "WRONG $1"; fi
}
not() { ! "$@"; }
sdep() { # namespace name [label]
    cat <<MANIFEST
{"apiVersion": "machinelearning.seldon.io/v1", "kind": "SeldonDeployment",
 "metadata": {"name": "$2", "namespace": "$1", "labels": {${3:-}}},
 "spec": {"predictors": [{"name": "default", "replicas": 1, "graph": {"name": "classifier", "type": "MODEL"},
  "componentSpecs": [{"spec": {"containers": [{"name": "classifier", "image": "localhost/iris-model:0.1",
   "imagePullPolicy": "IfNotPresent"}]}}]}]}}
MANIFEST
}
# The webhook's Service is known to the node a moment after its pod is ready.
apply() { # namespace name [label]
    local try said
    for try in $(seq 30); do
        said=$(sdep "$@" | kubectl apply -f - 2>&1) && return
        sleep 1
    done
    echo "after $try tries: $said" >&2
    return 1
}
available() { kubectl wait "sdep/$2" -n "$1" --for=jsonpath='{.status.state}'=Available --timeout="${3:-90s}"; }
untouched() { [ -z "$(kubectl get sdep "$2" -n "$1" -o jsonpath='{.status.state}')" ]; }
owned() { kubectl get deployments,services -n "$1" -l "seldon-deployment-id=$2" -o name | wc -l; }
events_of() { kubectl get events -n "$1" --field-selector "involvedObject.name=$2,reason=$3" -o name | wc -l; }
ended() {
    "${ENGINE:-docker}" exec "$node" sh -c "[ ! -e /root/kube-apiserver.yaml ] || mv /root/kube-apiserver.yaml $manifests/"
    kubectl wait --for=jsonpath='{.status.phase}'=Active namespace/default --timeout=120s >/dev/null 2>&1 || true
    helm uninstall seldon-a -n team-a >/dev/null 2>&1 || true
    helm uninstall seldon-b -n team-b >/dev/null 2>&1 || true
    kubectl delete namespace team-a team-b plain --ignore-not-found --wait=false >/dev/null
    kubectl scale deployment/seldon-controller-manager -n seldon-system --replicas=1 >/dev/null
}
trap ended EXIT

echo "An operator of one namespace (singleNamespace) and one by controller id, beside the cluster's own"
for namespace in team-a team-b plain; do kubectl create namespace "$namespace" >/dev/null; done
kubectl label namespace team-a seldon.io/controller-id=team-a >/dev/null
install() { # release namespace value
    helm install "$1" "$chart" -n "$2" --set "$3" --set crd.create=false --set executor.resources.cpuRequest=50m \
        --wait --timeout 90s >/dev/null
}
install seldon-a team-a singleNamespace=true
install seldon-b team-b controllerId=team-b
check "the namespaced operator asks for no cluster-wide role" not kubectl get clusterrole seldon-manager-role-team-a
apply team-a mine
apply plain common
apply plain labelled '"seldon.io/controller-id": "team-b"'
apply plain foreign '"seldon.io/controller-id": "nobody"'
for one in "team-a mine" "plain common" "plain labelled"; do
    read -r namespace name <<<"$one"
    check "$one becomes Available" available "$namespace" "$name"
done
check "what another operator should do is left alone" untouched plain foreign
refused() { # namespace [label]
    local said
    said=$(sdep "$1" bad "${2:-}" | sed 's/"graph": {"name": "classifier"/"graph": {"name": "nosuch"/' | kubectl apply -f - 2>&1) && return 1
    [[ "$said" == *"Can't find container"* ]]
}
check "the namespaced webhook refuses" refused team-a
check "the labelled webhook refuses" refused plain '"seldon.io/controller-id": "team-b"'
check "the cluster's webhook refuses" refused plain

account=system:serviceaccount:team-a:seldon-manager
check "the namespaced operator may not look elsewhere" not kubectl auth can-i list deployments -n plain --as "$account"
for thing in secrets configmaps pods; do
    check "no operator reads $thing" not kubectl auth can-i get "$thing" -n plain --as system:serviceaccount:seldon-system:seldon-manager
done

echo "Two replicas, and the API server away for a minute"
kubectl scale deployment/seldon-controller-manager -n seldon-system --replicas=2 >/dev/null
kubectl rollout status deployment/seldon-controller-manager -n seldon-system --timeout=90s >/dev/null
apply plain doubled
check "a SeldonDeployment with two replicas of the operator" available plain doubled
check "one Deployment and two Services" test "$(owned plain doubled)" = 3
generation=$(kubectl get deployment doubled-default-0-classifier -n plain -o jsonpath='{.metadata.generation}')
uid=$(kubectl get deployment doubled-default-0-classifier -n plain -o jsonpath='{.metadata.uid}')
"${ENGINE:-docker}" exec "$node" mv "$manifests/kube-apiserver.yaml" /root/
sleep 60
check "the API server is away" not kubectl get --raw /readyz --request-timeout=3s
"${ENGINE:-docker}" exec "$node" mv /root/kube-apiserver.yaml "$manifests/"
until kubectl get --raw /readyz --request-timeout=3s >/dev/null 2>&1; do sleep 1; done
back=$SECONDS
kubectl rollout status deployment/seldon-controller-manager -n seldon-system --timeout=180s >/dev/null
apply plain after
check "work goes on when it is back" available plain after 120s
echo "a new SeldonDeployment was Available $((SECONDS - back)) s after the API server was back"
check "nothing was doubled" test "$(owned plain doubled)" = 3
check "nothing was made anew" test "$(kubectl get deployment doubled-default-0-classifier -n plain -o jsonpath='{.metadata.uid}')" = "$uid"
check "nothing was written again" test "$(kubectl get deployment doubled-default-0-classifier -n plain -o jsonpath='{.metadata.generation}')" = "$generation"
check "each Deployment was created once" test "$(events_of plain after CreateDeployment)" = 1

echo "$fine as wanted, $wrong wrong"
[ "$wrong" = 0 ]
