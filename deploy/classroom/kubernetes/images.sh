#!/usr/bin/env bash
# Builds the classroom's images with the container engine of this machine, on the base image that airgap gets or builds,
# and prints their names: the Hub's, the learners' with the course, and the registry's (for registry.sh).
#
#   deploy/classroom/kubernetes/images.sh COURSE     COURSE: the folder of a scenario or course
#
# What a course needs there besides its own files, its script instructor/image.sh adds: it gets the name
# of the image that is there already, and the name of the one that it makes.
#
# PRIVILEGED=1           a container engine and kind for learners, as for install.sh; the learners' image is handrail-learner-privileged
# REPOSITORY=localhost   what stands before handrail-hub and handrail-learner, for example registry.school.example/ml
# TAG=latest
# PYTHON=.venv/bin/python   one with pip
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../../.." && pwd)
fail() {
    echo "classroom: $*" >&2
    exit 1
}
[ -n "${1:-}" ] || fail "COURSE is missing, the folder of a scenario or course: $0 my-course"
[ -d "$1" ] || fail "there is no folder $1. Name the one of a scenario or course: $0 my-course"
course=$(cd "$1" && pwd)
repository=${REPOSITORY:-localhost}
[[ ${PRIVILEGED:-} =~ ^1?$ ]] || fail "PRIVILEGED is 1, or not set for a course that makes no cluster, and not $PRIVILEGED. Type: PRIVILEGED=1 $0 $(printf %q "$1")"
export PRIVILEGED=${PRIVILEGED:-}
tag=${TAG:-latest}
cd "$repo"
python=${PYTHON:-.venv/bin/python}
"$python" -m pip --version >/dev/null 2>&1 || fail "$python is no Python with pip. Make it: make -C $(printf %q "$repo") .venv/.whole"

settings=$(python3 -m airgap engine)
set -a
eval "$settings"
set +a
base=$(python3 -m airgap base)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/hub" "$folder/registry" "$folder/server/bin" "$folder/learner/course"
"$python" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$folder/hub" . >&2
cp "$folder/hub"/handrail-*.whl "$folder/server/"
cat deploy/classroom/requirements.txt "$here/requirements.txt" >"$folder/hub/requirements.txt"
cp deploy/classroom/preview_routes.cjs "$folder/hub/"
# What a course shares with others is links in it.
tar -C "$course" --dereference --exclude-vcs --exclude-caches-all --exclude=.venv --exclude=node_modules --exclude=__pycache__ -cf - . | tar -C "$folder/learner/course" --no-same-owner -xf -
programs=(kubectl) packages="" suffix=""
if [ -n "$PRIVILEGED" ]; then
    programs+=(kind) suffix=-privileged
    packages="podman runc crun containernetworking-plugins conntrack iptables iproute2 python3-venv"
fi
python3 -m airgap tools "$folder/tools" "${programs[@]}" >&2
cp -L "${programs[@]/#/$folder/tools/}" "$folder/server/bin/"
chmod -R go=u-w "$folder"
build() {
    python3 -m airgap build --tag "$2" --build-arg "BASE=$3" --file "$here/Containerfile.$1" "${@:4}" "$folder/$1" >&2
}
server=localhost/handrail-server$suffix:$tag
build server "$server" "$base" --build-arg "PACKAGES=$packages"
if [ -n "$PRIVILEGED" ]; then
    cp -R "$here/privileged-pod" "$folder/privileged"
    build privileged "localhost/handrail-server-podman:$tag" "$server"
    server=localhost/handrail-server-podman:$tag
fi
if [ -x "$course/instructor/image.sh" ]; then
    "$course/instructor/image.sh" "$server" "localhost/handrail-server-course$suffix:$tag" >&2
    server=localhost/handrail-server-course$suffix:$tag
fi
build hub "$repository/handrail-hub:$tag" "$base"
build learner "$repository/handrail-learner$suffix:$tag" "$server"
build registry "$repository/handrail-registry:$tag" "$base"
printf '%s\n' "$repository/handrail-hub:$tag" "$repository/handrail-learner$suffix:$tag" "$repository/handrail-registry:$tag"
