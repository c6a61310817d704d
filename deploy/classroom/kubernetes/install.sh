#!/usr/bin/env bash
# Puts a classroom on the cluster of your KUBECONFIG, into a namespace of its own: JupyterHub, its proxy, the instructor's
# board. The same command again brings it up to date; learners go on meanwhile. learners.sh makes the learners.
# Needs Kubernetes 1.30 or newer, and its administrator.
#
#   HUB_IMAGE=… LEARNER_IMAGE=… deploy/classroom/kubernetes/install.sh      (images.sh builds and names both)
#   deploy/classroom/kubernetes/install.sh --remove                         the classroom, its learners and their work
#
# CLASSROOM=handrail-classroom   the namespace
# TEACHER=teacher                sees the board and every learner's server; make the password with learners.sh
# NODE_PORT=30080                browsers come in at this port of each node (default: at none; lead an Ingress to the
#                                Service proxy-public)
# PREVIEWS=https://*.previews.school.example   shows what lessons serve, each at a name of its own; the DNS and the Ingress
#                                lead all of them to proxy-public, too (default: none are shown)
# VCLUSTER=1                     gives each learner a cluster of their own, a vcluster (default: a namespace alone); learners.sh
#                                makes them, and servers that start find them
# MEMORY=128M MEMORY_LIMIT=1G CPU=0.05 STORAGE=2Gi   of a learner's server
# IDLE=3600                      seconds without a key or a click until a learner's server is ended; the work stays
# ACTIVITY_INTERVAL=60           seconds from one word of a server to the Hub that somebody works to the next
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
classroom=${CLASSROOM:-handrail-classroom}

fail() {
    echo "classroom: $*" >&2
    exit 1
}

command -v kubectl >/dev/null || fail "there is no kubectl on your PATH: install it, then run this again."
kubectl version >/dev/null 2>&1 || fail "the cluster of your KUBECONFIG does not answer. See  kubectl cluster-info"

if [ "${1:-}" = --remove ]; then
    kubectl delete namespace --selector handrail-classroom/learner --ignore-not-found
    kubectl delete namespace "$classroom" --ignore-not-found
    kubectl delete validatingadmissionpolicybinding,validatingadmissionpolicy "$classroom-external-ips" --ignore-not-found
    echo "classroom: $classroom, its learners and their work are removed"
    exit 0
fi
[ $# = 0 ] || fail "$1 is no option; there is --remove alone."
[ -n "${HUB_IMAGE:-}" ] && [ -n "${LEARNER_IMAGE:-}" ] ||
    fail "HUB_IMAGE and LEARNER_IMAGE are the names of images that nodes can pull. To build both: $here/images.sh my-course"

[[ ${VCLUSTER:-} =~ ^1?$ ]] || fail "VCLUSTER is 1, or not set for a namespace alone, and not $VCLUSTER."

type=ClusterIP port='{port: 80, targetPort: http}'
[ -z "${NODE_PORT:-}" ] || type=NodePort port="{port: 80, targetPort: http, nodePort: $NODE_PORT}"
# The image has the file.
routes=
[ -z "${PREVIEWS:-}" ] || routes=', --host-routing, --storage-backend=/opt/classroom/preview_routes.cjs'
settings=(
    --from-literal "LEARNER_IMAGE=$LEARNER_IMAGE" --from-literal "TEACHER=${TEACHER:-teacher}"
    --from-literal "MEMORY=${MEMORY:-128M}" --from-literal "MEMORY_LIMIT=${MEMORY_LIMIT:-1G}"
    --from-literal "CPU=${CPU:-0.05}" --from-literal "STORAGE=${STORAGE:-2Gi}"
    --from-literal "VCLUSTER=${VCLUSTER:-}"
    --from-literal "PREVIEWS=${PREVIEWS:-}" --from-literal "IDLE=${IDLE:-3600}" --from-literal "ACTIVITY_INTERVAL=${ACTIVITY_INTERVAL:-60}"
)
# The Hub's pod is started again when what it has read has changed.
configuration=$(cat "$here/hub_config.py" <(echo "${settings[@]}") | sha256sum | cut -c 1-12)
filled_in() {
    sed -e "s|@CLASSROOM@|$classroom|g" -e "s|@ROUTES@|$routes|g" -e "s|@HUB_IMAGE@|$HUB_IMAGE|g" -e "s|@SERVICE_TYPE@|$type|g" \
        -e "s|@SERVICE_PORT@|$port|g" -e "s|@CONFIGURATION@|$configuration|g" "$here/hub.yaml"
}
in_classroom() { kubectl --namespace "$classroom" "$@"; }
secret() { head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \n'; }

# Its first part is the namespace.
filled_in | awk '/^---/ { over = 1 } !over' | kubectl apply -f - >/dev/null
# Once and for all: whoever is signed in stays so.
in_classroom get secret hub >/dev/null 2>&1 || in_classroom create secret generic hub >/dev/null --from-env-file=/dev/stdin <<END
CONFIGPROXY_AUTH_TOKEN=$(secret)
JPY_COOKIE_SECRET=$(secret)
BOARD_TOKEN=$(secret)
END
in_classroom get secret passwords >/dev/null 2>&1 || in_classroom create secret generic passwords >/dev/null
in_classroom create configmap classroom "${settings[@]}" --dry-run=client -o yaml | kubectl apply -f - >/dev/null
in_classroom create configmap hub-config --from-file "$here/hub_config.py" --dry-run=client -o yaml | kubectl apply -f - >/dev/null
filled_in | kubectl apply -f - >/dev/null
for each in hub proxy board; do
    in_classroom rollout status "deployment/$each" --timeout "${TIMEOUT:-600s}" >/dev/null ||
        fail "$each does not start. See  kubectl --namespace $classroom describe pod --selector component=$each"
done
echo "classroom: runs in the namespace $classroom"
