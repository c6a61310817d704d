#!/usr/bin/env bash
# Gives learners a cluster of their own on the cluster of your KUBECONFIG: a vcluster in the namespace of each, whose administrator
# the learner is. learners.sh runs it in a classroom that was installed with VCLUSTER=1. A second run changes nothing.
#
#   deploy/classroom/kubernetes/vcluster.sh NAME…            of learners that learners.sh has made
#   deploy/classroom/kubernetes/vcluster.sh --remove NAME…   these clusters and all that is in them; the learners stay
#
# VCLUSTER_CHART=vcluster.tgz   vcluster's chart as a file or folder (default: its publisher's). What it is told is in
#                               vcluster-values.yaml; a registry of your own for its images: controlPlane.advanced.defaultImageRegistry
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../../.." && pwd)
version=0.36.1
charts=https://charts.loft.sh

fail() {
    echo "classroom: $*" >&2
    exit 1
}
# The labels say what belongs to the vcluster, and what it has made for what runs in it. It ends first: it would make anew
# what is deleted.
remove() {
    local delete=(kubectl --namespace "learner-$1" delete)
    "${delete[@]}" statefulset --selector app=vcluster --cascade=foreground
    "${delete[@]}" service,serviceaccount,role,rolebinding,secret,persistentvolumeclaim --selector app=vcluster
    "${delete[@]}" pod,service,secret,configmap,persistentvolumeclaim --selector vcluster.loft.sh/managed-by=vcluster
}

case ${1:-} in
    "" | --remove) [ -n "${2:-}" ] || fail "whose? Name the learners: $0${1:+ $1} anna" ;;
    -*) fail "$1 is no option; there is --remove alone." ;;
esac
removing=
[ "$1" != --remove ] || { removing=1 && shift; }
command -v kubectl >/dev/null || fail "there is no kubectl on your PATH: install it, then run this again."
kubectl version >/dev/null 2>&1 || fail "the cluster of your KUBECONFIG does not answer. See  kubectl cluster-info"
for name in "$@"; do
    kubectl get namespace "learner-$name" >/dev/null 2>&1 ||
        fail "there is no learner $name. Those there are: kubectl get namespaces --selector handrail-classroom/learner"
done
if [ -n "$removing" ]; then
    for name in "$@"; do remove "$name"; done
    exit 0
fi

# The last line of what Helm has said that says something.
said() { sed '/^$/d' "$work/log" | tail -n 1; }

command -v helm >/dev/null ||
    fail "there is no helm on your PATH, which renders vcluster's chart. Run the same command again after:  (cd $(printf %q "$repo") && python3 -m airgap tools build/bin helm) && export PATH=$(printf %q "$repo")/build/bin:\$PATH"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chart=${VCLUSTER_CHART:-}
if [ -z "$chart" ]; then
    chart=$work/vcluster-$version.tgz
    helm pull vcluster --repo "$charts" --version "$version" --destination "$work" 2>"$work/log" ||
        fail "vcluster's chart could not be fetched: $(said). Where $charts can be reached:  helm pull vcluster --repo $charts --version $version  Then here: VCLUSTER_CHART=vcluster-$version.tgz $0 $*"
fi
kubernetes=$(kubectl get --raw /version | sed -nE 's/.*"gitVersion": "([^"]+)".*/\1/p')
for name in "$@"; do
    # Rendered and applied, because a release that learners can change in their namespace is none to go on from.
    helm template vcluster "$chart" --namespace "learner-$name" --values "$here/vcluster-values.yaml" --kube-version "$kubernetes" \
        --set "exportKubeConfig.server=https://vcluster.learner-$name" >"$work/objects.yaml" 2>"$work/log" ||
        fail "$chart and vcluster-values.yaml do not fit: $(said). The chart that does:  helm pull vcluster --repo $charts --version $version"
    kubectl --namespace "learner-$name" apply --filename "$work/objects.yaml" >/dev/null
done
for name in "$@"; do
    kubectl --namespace "learner-$name" rollout status statefulset/vcluster --timeout "${TIMEOUT:-600s}" >/dev/null ||
        fail "the cluster of $name does not start. See  kubectl --namespace learner-$name describe statefulset,pod --selector app=vcluster"
done
echo "classroom: $# learners have a cluster of their own; servers that run already find it when they are started again"
