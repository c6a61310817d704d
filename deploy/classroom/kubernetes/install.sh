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
# PRIVILEGED=1                   learners make clusters of their own with kind, each in a privileged pod, whose owner owns its node:
#                                only on nodes that are set apart for it, with the images of PRIVILEGED=1 images.sh (default: no)
# MEMORY=128M MEMORY_LIMIT=1G CPU=0.05 STORAGE=2Gi   of a learner's server; with PRIVILEGED=1: 3G, 8G and 0.5, and IDLE=14400
# IDLE=3600                      seconds without a key or a click until a learner's server is ended; the work stays
# ACTIVITY_INTERVAL=60           seconds from one word of a server to the Hub that somebody works to the next
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
classroom=${CLASSROOM:-handrail-classroom}

fail() {
    echo "classroom: $*" >&2
    exit 1
}

privileged=${PRIVILEGED:-}
[[ $privileged =~ ^1?$ ]] || fail "PRIVILEGED is 1, or not set for learners who share this cluster, and not $privileged. Type: PRIVILEGED=1 $0"
[[ ${VCLUSTER:-} =~ ^1?$ ]] || fail "VCLUSTER is 1, or not set for a namespace alone, and not $VCLUSTER. Type: VCLUSTER=1 $0"
[ -z "$privileged" ] || [ -z "${VCLUSTER:-}" ] ||
    fail "VCLUSTER and PRIVILEGED are two ways to a cluster of a learner's own. Take one: VCLUSTER= PRIVILEGED=1 $0"
command -v kubectl >/dev/null || fail "there is no kubectl on your PATH: install it, then run this again."
kubectl version >/dev/null 2>&1 || fail "the cluster of your KUBECONFIG does not answer. See  kubectl cluster-info"

if [ "${1:-}" = --remove ]; then
    kubectl delete namespace --selector handrail-classroom/learner --ignore-not-found
    kubectl delete namespace "$classroom" --ignore-not-found
    kubectl delete validatingadmissionpolicybinding,validatingadmissionpolicy "$classroom-external-ips" "$classroom-privileged" --ignore-not-found
    echo "classroom: $classroom, its learners and their work are removed"
    exit 0
fi
[ $# = 0 ] || fail "$1 is no option; there is --remove alone."
[ -n "${HUB_IMAGE:-}" ] && [ -n "${LEARNER_IMAGE:-}" ] ||
    fail "HUB_IMAGE and LEARNER_IMAGE are the names of images that nodes can pull. To build both: $here/images.sh my-course"

# Nodes for learners who make clusters of their own are set apart by a label and a taint of this name.
apart=handrail-classroom/privileged
need_nodes_apart() {
    local nodes node effects
    nodes=$(kubectl get nodes --selector "$apart=true" --output \
        "jsonpath={range .items[*]}{.metadata.name} {.spec.taints[?(@.key==\"$apart\")].effect}{\"\\n\"}{end}")
    [ -n "$nodes" ] || fail "PRIVILEGED=1 needs nodes on which nothing else runs, and none is set apart. Choose one that  kubectl get nodes  names, and type: NODE=its-name; kubectl label node \$NODE $apart=true && kubectl taint node \$NODE $apart=true:NoSchedule && kubectl drain \$NODE --ignore-daemonsets && kubectl uncordon \$NODE"
    while read -r node effects; do
        [[ " $effects " =~ \ (NoSchedule|NoExecute)\  ]] ||
            fail "the node $node is not apart: pods of others may come to it, which learners there could read. Type: kubectl taint node $node $apart=true:NoSchedule"
    done <<<"$nodes"
}
memory=128M limit=1G cpu=0.05 idle=3600 security=restricted
if [ -n "$privileged" ]; then
    # images.sh names them so.
    [[ $LEARNER_IMAGE != */handrail-learner?(:*) ]] ||
        fail "$LEARNER_IMAGE has no container engine. To build one that has, and its name: PRIVILEGED=1 $here/images.sh my-course"
    need_nodes_apart
    echo "classroom: with PRIVILEGED=1, whoever signs in is root on the node that their pod is on: they can read its disks, and all that others do there" >&2
    memory=3G limit=8G cpu=0.5 idle=14400 security=privileged
fi

type=ClusterIP port='{port: 80, targetPort: http}'
[ -z "${NODE_PORT:-}" ] || type=NodePort port="{port: 80, targetPort: http, nodePort: $NODE_PORT}"
# The image has the file.
routes=
[ -z "${PREVIEWS:-}" ] || routes=', --host-routing, --storage-backend=/opt/classroom/preview_routes.cjs'
settings=(
    --from-literal "LEARNER_IMAGE=$LEARNER_IMAGE" --from-literal "TEACHER=${TEACHER:-teacher}"
    --from-literal "MEMORY=${MEMORY:-$memory}" --from-literal "MEMORY_LIMIT=${MEMORY_LIMIT:-$limit}"
    --from-literal "CPU=${CPU:-$cpu}" --from-literal "STORAGE=${STORAGE:-2Gi}" --from-literal "PRIVILEGED=$privileged"
    --from-literal "VCLUSTER=${VCLUSTER:-}"
    --from-literal "PREVIEWS=${PREVIEWS:-}" --from-literal "IDLE=${IDLE:-$idle}" --from-literal "ACTIVITY_INTERVAL=${ACTIVITY_INTERVAL:-60}"
)
# The Hub's pod is started again when what it has read has changed.
configuration=$(cat "$here/hub_config.py" <(echo "${settings[@]}") | sha256sum | cut -c 1-12)
filled_in() {
    sed -e "s|@CLASSROOM@|$classroom|g" -e "s|@ROUTES@|$routes|g" -e "s|@HUB_IMAGE@|$HUB_IMAGE|g" -e "s|@LEARNER_IMAGE@|$LEARNER_IMAGE|g" \
        -e "s|@SERVICE_TYPE@|$type|g" -e "s|@SERVICE_PORT@|$port|g" -e "s|@CONFIGURATION@|$configuration|g" -e "s|@POD_SECURITY@|$security|g" "$here/$1"
}
in_classroom() { kubectl --namespace "$classroom" "$@"; }
secret() { head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \n'; }

# Which pods the Hub may start there is said before privileged ones are let in, and taken back after.
[ -z "$privileged" ] || filled_in privileged.yaml | kubectl apply -f - >/dev/null
# Its first part is the namespace.
filled_in hub.yaml | awk '/^---/ { over = 1 } !over' | kubectl apply -f - >/dev/null
# Once and for all: whoever is signed in stays so.
in_classroom get secret hub >/dev/null 2>&1 || in_classroom create secret generic hub >/dev/null --from-env-file=/dev/stdin <<END
CONFIGPROXY_AUTH_TOKEN=$(secret)
JPY_COOKIE_SECRET=$(secret)
BOARD_TOKEN=$(secret)
END
in_classroom get secret passwords >/dev/null 2>&1 || in_classroom create secret generic passwords >/dev/null
in_classroom create configmap classroom "${settings[@]}" --dry-run=client -o yaml | kubectl apply -f - >/dev/null
in_classroom create configmap hub-config --from-file "$here/hub_config.py" --dry-run=client -o yaml | kubectl apply -f - >/dev/null
filled_in hub.yaml | kubectl apply -f - >/dev/null
for each in hub proxy board; do
    in_classroom rollout status "deployment/$each" --timeout "${TIMEOUT:-600s}" >/dev/null ||
        fail "$each does not start. See  kubectl --namespace $classroom describe pod --selector component=$each"
done
if [ -z "$privileged" ]; then
    kubectl delete validatingadmissionpolicybinding,validatingadmissionpolicy "$classroom-privileged" --ignore-not-found >/dev/null
    left=$(in_classroom get pods --selector "$apart=true" --output name)
    [ -z "$left" ] || echo "classroom: privileged pods of learners, from before, go on until they are ended; their clusters go with them: kubectl --namespace $classroom delete pods --selector $apart=true" >&2
fi
echo "classroom: runs in the namespace $classroom"
# Of the pods of this namespace the Hub alone may reach the proxy's routes. Where the board does too, nothing enforces that; a new policy
# may take a moment.
has_no_walls() {
    in_classroom exec deployment/board -- python -c 'import socket; socket.create_connection(("proxy-api", 8001), 3)' >/dev/null 2>&1
}
for try in 1 2 3 4 5; do
    has_no_walls || break
    sleep 2
    [ "$try" -lt 5 ] ||
        echo "classroom: the network of this cluster does not enforce NetworkPolicies: the pods of learners reach each other. What holds all the same: docs/classroom.md" >&2
done
