#!/usr/bin/env bash
# A classroom on a kind cluster of this machine, to look at and to try a course in: two learners, as on a real cluster.
# Prints addresses and passwords, and runs until Ctrl-C, which removes the cluster.
#
#   deploy/classroom/kubernetes/kind.sh COURSE      COURSE: the folder of a scenario or course that makes no cluster
#   deploy/classroom/kubernetes/kind.sh --remove    what a run left that was killed
#
# ROSTER=names.txt             a name on each line (default: anna and ben)
# CLUSTER=handrail-classroom   the cluster's name
# PORT=8000                    where this machine's browsers find it
# PREVIEWS=http://*.localhost:8000   shows there what lessons serve (default: nothing of it)
# DIR=build/classroom          tools and the cluster's kubeconfig; removed with it
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../../.." && pwd)
cluster=${CLUSTER:-handrail-classroom}
port=${PORT:-8000}
dir=${DIR:-$repo/build/classroom}

fail() {
    echo "classroom: $*" >&2
    exit 1
}
[ -n "${1:-}" ] || fail "COURSE is missing, the folder of a scenario or course: $0 my-course"
[ "$1" = --remove ] || [ -d "$1" ] || fail "there is no folder $1. Name the one of a scenario or course: $0 my-course"
[ "$1" = --remove ] || [ -z "${PRIVILEGED:-}" ] ||
    fail "PRIVILEGED=1 is for a cluster that has nodes for it, and the one that is made here has a single node. Without it: PRIVILEGED= $0 $(printf %q "$1")"
[ "$1" = --remove ] || [ -z "${VCLUSTER:-}" ] ||
    fail "VCLUSTER=1 is for a cluster that pulls images from a registry and has volumes for the learners' clusters, and the one that is made here does neither. Without it: VCLUSTER= $0 $(printf %q "$1")"
# Before minutes go by.
[ "$1" = --remove ] || [ -z "${ROSTER:-}" ] || "$here/learners.sh" --check "$ROSTER"
[[ $port =~ ^[1-9][0-9]{0,4}$ ]] || fail "PORT is to be a whole number, and not $port."
[ "$1" = --remove ] || "$here/../free_ports.py" "$port" || fail "Take another: PORT=$((port + 10)) $0 $(printf %q "$1")"
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
export KUBECONFIG=$dir/kubeconfig PATH=$dir/bin:$PATH
airgap() { PYTHONPATH=$repo python3 -m airgap "$@"; }

settings=$(airgap engine)
set -a
eval "$settings"
set +a
airgap tools "$dir/bin" kind kubectl >/dev/null
waiting=
remove() {
    [ -z "$waiting" ] || kill "$waiting" 2>/dev/null || true
    kind delete cluster --quiet --name "$cluster" || true
    rm -rf "$dir"
}
if [ "$1" = --remove ]; then
    remove
    echo "classroom: the cluster $cluster is removed"
    exit 0
fi

! kind get clusters --quiet 2>/dev/null | grep -x -- "$cluster" >/dev/null ||
    fail "there is a cluster $cluster already, of a run that goes on or was killed. To remove it:  $0 --remove"
trap remove EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mapfile -t images < <("$here/images.sh" "$1")
[ ${#images[@]} = 3 ] || fail "the images were not built."
node=$(airgap node)
cat >"$dir/cluster.yaml" <<END
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
  - role: control-plane
    extraPortMappings:
      - {containerPort: 30080, hostPort: $port, listenAddress: 127.0.0.1}
END
kind create cluster --quiet --name "$cluster" --image "$node" --config "$dir/cluster.yaml" --wait 300s
# The registry is for courses that ask for it.
[ -x "$1/instructor/install.sh" ] || unset 'images[2]'
airgap load "${images[@]}" --cluster "$cluster" >/dev/null

[ -n "${ROSTER:-}" ] || printf 'anna\nben\n' >"$dir/names.txt"
roster=${ROSTER:-$dir/names.txt}
# Volumes that any account may write to (of the size that claims ask for at most): kind's own provisioners make folders of root's.
volumes=$(($("$here/../roster.sh" "$roster" | wc -l) + 3))
"$ENGINE" exec "$cluster-control-plane" sh -c "mkdir -p /var/lib/classroom && cd /var/lib/classroom && for n in \$(seq $volumes); do mkdir -m 777 \$n; done"
for number in $(seq "$volumes"); do
    cat <<END
apiVersion: v1
kind: PersistentVolume
metadata: {name: classroom-$number}
spec:
  capacity: {storage: 10Gi}
  accessModes: [ReadWriteOnce]
  storageClassName: standard
  hostPath: {path: /var/lib/classroom/$number, type: Directory}
---
END
done | kubectl apply -f - >/dev/null

export HUB_IMAGE=${images[0]} LEARNER_IMAGE=${images[1]} NODE_PORT=30080
"$here/install.sh"
if [ -x "$1/instructor/install.sh" ]; then
    REGISTRY_IMAGE=${images[2]} "$1/instructor/install.sh"
fi
"$here/learners.sh" "$roster"
echo "classroom: http://127.0.0.1:$port/ for learners, http://127.0.0.1:$port/services/board/ for the teacher; names and passwords:"
"$here/learners.sh" --passwords
echo "classroom: kubectl with  export KUBECONFIG=$KUBECONFIG"
echo "classroom: Ctrl-C removes it"
sleep infinity &
waiting=$!
wait "$waiting"
