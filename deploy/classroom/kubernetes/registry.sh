#!/usr/bin/env bash
# Adds a registry to the classroom on the cluster of your KUBECONFIG, for courses in which learners build images: each
# learner writes to a folder of their own, which learners.sh lets them. The same command again brings it up to date.
#
#   REGISTRY_IMAGE=… deploy/classroom/kubernetes/registry.sh       (images.sh builds and names it)
#
# CLASSROOM=handrail-classroom   the namespace that install.sh has made
# REGISTRY_PORT=30500            nodes pull from their own localhost at this port
# REGISTRY_STORAGE=10Gi          of the volume for all images
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
classroom=${CLASSROOM:-handrail-classroom}
port=${REGISTRY_PORT:-30500}

fail() {
    echo "classroom: $*" >&2
    exit 1
}
in_classroom() { kubectl --namespace "$classroom" "$@"; }
: "${REGISTRY_IMAGE:?REGISTRY_IMAGE is missing: build it with  deploy/classroom/kubernetes/images.sh COURSE}"
command -v kubectl >/dev/null || fail "there is no kubectl on your PATH: install it, then run this again."
kubectl get namespace "$classroom" >/dev/null 2>&1 || fail "there is no classroom yet: run install.sh first."

in_classroom create secret generic registry --dry-run=client --output yaml \
    --from-literal "push=registry.$classroom.svc:5000" --from-literal "pull=localhost:$port" | kubectl apply -f - >/dev/null
# The course's own images are written by the instructor, under the owner "course".
in_classroom get secret registry-owners >/dev/null 2>&1 || in_classroom create secret generic registry-owners >/dev/null \
    --from-literal "course=course:{PLAIN}$(head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \n')
"
in_classroom create configmap registry --dry-run=client --output yaml --from-file "$here/registry.conf" --from-file registry.yml=/dev/stdin <<'END' | kubectl apply -f - >/dev/null
version: 0.1
log: {level: warn, accesslog: {disabled: true}}
storage:
  filesystem: {rootdirectory: /var/lib/registry}
  delete: {enabled: true}
http: {addr: "127.0.0.1:5001"}
END
configuration=$(sha256sum <"$here/registry.conf" | cut -c 1-12)
sed -e "s|@CLASSROOM@|$classroom|g" -e "s|@REGISTRY_IMAGE@|$REGISTRY_IMAGE|g" -e "s|@REGISTRY_PORT@|$port|g" \
    -e "s|@STORAGE@|${REGISTRY_STORAGE:-10Gi}|g" -e "s|@CONFIGURATION@|$configuration|g" "$here/registry.yaml" | kubectl apply -f - >/dev/null
in_classroom rollout status deployment/registry --timeout "${TIMEOUT:-600s}" >/dev/null ||
    fail "the registry does not start. See  kubectl --namespace $classroom describe pod --selector component=registry"
echo "classroom: a registry runs; let the learners in:  deploy/classroom/kubernetes/learners.sh names.txt"
