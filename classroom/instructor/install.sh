#!/usr/bin/env bash
# Prepares the cluster of your KUBECONFIG for the Seldon lesson, after deploy/classroom/kubernetes/install.sh: a registry, in
# it the images that models are put on, and Seldon Core, once for all learners. The same command again changes nothing.
#
#   REGISTRY_IMAGE=… classroom/instructor/install.sh     (deploy/classroom/kubernetes/images.sh classroom  names it)
#   classroom/instructor/install.sh --remove             Seldon Core and what learners have deployed with it
#
# CLASSROOM=handrail-classroom   the namespace of the classroom
# LESSON_SELDON=standin          the stand-in for Seldon Core, also where Seldon's own images can be had
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
export CLASSROOM=${CLASSROOM:-handrail-classroom}
set -a
# shellcheck source=versions.env
. "$repo/versions.env"
set +a

fail() {
    echo "classroom: $*" >&2
    exit 1
}
in_classroom() { kubectl --namespace "$CLASSROOM" "$@"; }
airgap() { PYTHONPATH=$repo python3 -m airgap "$@"; }

work=$(mktemp -d)
forward=
end() {
    [ -z "$forward" ] || kill "$forward" 2>/dev/null || true
    rm -rf "$work"
}
trap end EXIT
export PATH=$work/bin:$PATH
airgap tools "$work/bin" kubectl helm >/dev/null

if [ "${1:-}" = --remove ]; then
    kubectl delete seldondeployments --all --all-namespaces --ignore-not-found || true
    helm uninstall seldon-core --namespace seldon-system --ignore-not-found --wait
    kubectl delete namespace seldon-system --ignore-not-found
    kubectl delete clusterrolebinding,clusterrole seldon-lesson-look seldon-lesson-edit --ignore-not-found
    echo "classroom: Seldon Core is removed; the registry goes with the classroom"
    exit 0
fi
[ $# = 0 ] || fail "$1 is no option; there is --remove alone."
"$repo/deploy/classroom/kubernetes/registry.sh" >/dev/null

settings=$(airgap engine)
set -a
eval "$settings"
set +a
PYTHONPATH=$repo python3 "$repo/scripts/make_crane.py" "$work/bin"
# The way into the registry from here, as the owner of the course's images.
in_classroom port-forward service/registry :5000 >"$work/forward" 2>&1 &
forward=$!
until port=$(sed -nE 's/.*127\.0\.0\.1:([0-9]+) .*/\1/p' "$work/forward" | grep .); do
    kill -0 "$forward" 2>/dev/null || fail "there is no way to the registry: $(cat "$work/forward")"
    sleep 0.2
done
password=$(in_classroom get secret registry-owners --output 'go-template={{.data.course | base64decode}}' | sed 's/.*{PLAIN}//')
export DOCKER_CONFIG=$work
printf '{"auths": {"localhost:%s": {"username": "course", "password": "%s"}}}' "$port" "$password" >"$work/config.json"
pull=$(in_classroom get secret registry --output 'go-template={{.data.pull | base64decode}}')
# Puts an image of the engine there, unless that very image is there already.
push() {
    local image=$1 name=$2 id
    id=$("$ENGINE" image inspect --format '{{.Id}}' "$image")
    [ "$(crane manifest "localhost:$port/course/$name" 2>/dev/null | grep -c "${id#sha256:}")" = 0 ] || return 0
    rm -f "$work/image.tar"
    "$ENGINE" save --output "$work/image.tar" "$image" >/dev/null 2>"$work/log" || fail "$image could not be saved: $(tail -n 1 "$work/log")"
    crane push --insecure "$work/image.tar" "localhost:$port/course/$name" >/dev/null 2>"$work/log" ||
        fail "$name could not be pushed to the registry: $(tail -n 1 "$work/log")"
}

# What learners' images are put on: the packages that the Dockerfile installs before it copies anything of the learner's.
base_image=$(airgap base)
mkdir "$work/base"
python3 "$repo/scripts/append_image.py" --base "$repo/assets/model" >"$work/recipe"
name=$(sed -n 1p "$work/recipe")
sed 1d "$work/recipe" >"$work/base/Dockerfile"
cp "$repo/assets/model/requirements.txt" "$work/base/"
airgap build --tag "localhost/seldon-lesson-$name" --build-arg "BASE=$base_image" "$work/base" >&2
push "localhost/seldon-lesson-$name" "$name"

# The lesson's script keeps what it fetches in a home of its own.
home=$HOME
chart=$(HOME=$work HANDRAIL_HOST_HOME=$home SCENARIO_DIR=$repo bash "$repo/scripts/seldon-chart.sh")
options=(--set executor.resources.cpuRequest=100m)
if [ -d "$chart" ]; then
    airgap build --tag "localhost/seldon-core-standin:$SELDON_VERSION" --build-arg "BASE=$base_image" "$repo/standin" >&2
    push "localhost/seldon-core-standin:$SELDON_VERSION" "seldon-core-standin:$SELDON_VERSION"
    options+=(--set "image.registry=$pull/course")
fi
helm upgrade --install seldon-core "$chart" --version "$SELDON_VERSION" --namespace seldon-system --create-namespace "${options[@]}" >/dev/null
sed "s|@CLASSROOM@|$CLASSROOM|g" "$here/rights.yaml" | kubectl apply -f - >/dev/null
kubectl --namespace seldon-system rollout status deployment/seldon-controller-manager --timeout "${TIMEOUT:-600s}" >/dev/null ||
    fail "Seldon's operator does not start. See  kubectl --namespace seldon-system describe pod"
echo "classroom: Seldon Core $SELDON_VERSION is installed for all learners"
