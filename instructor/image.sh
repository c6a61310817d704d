#!/usr/bin/env bash
# Adds to the image of a learner's server what all lessons of this repository need, for a classroom in which learners make clusters
# of their own (PRIVILEGED=1). deploy/classroom/kubernetes/images.sh runs it.
#
#   instructor/image.sh BASE NAME     BASE: the image with handrail, NAME: the one to make
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/.." && pwd)
base=${1:?BASE is missing: deploy/classroom/kubernetes/images.sh runs this with the right names}
name=${2:?NAME is missing: deploy/classroom/kubernetes/images.sh runs this with the right names}
if [ "${PRIVILEGED:-}" != 1 ]; then
    echo "classroom: these lessons make a cluster with kind, which learners may where their pods are privileged: PRIVILEGED=1 deploy/classroom/kubernetes/images.sh .    For learners who share a cluster there is the first lesson: deploy/classroom/kubernetes/images.sh classroom" >&2
    exit 1
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/home" "$folder/image/packages" "$folder/image/airgap" "$folder/image/images" "$folder/image/sources"
cp "$repo/scripts/lesson-env.sh" "$repo/scripts/flock.py" "$repo/scripts/lesson.lock" "$folder/image/packages/"

# What the lesson's own script finds or builds on this machine, in a home of its own.
export HANDRAIL_HOST_HOME=$HOME XDG_CACHE_HOME=${XDG_CACHE_HOME:-$HOME/.cache} SCENARIO_DIR=$repo PYTHONPATH=$repo
HOME=$folder/home bash "$repo/scripts/prepare.sh" >&2
# shellcheck disable=SC1091
. "$folder/home/seldon-iris/.state/prepared.env"
images=("$NODE_IMAGE" "$BASE_IMAGE")
[ ! -d "$SELDON_CHART" ] || images+=("localhost/seldon-core-standin:$SELDON_VERSION")
# Podman has to be told that one archive shall hold several images; Docker needs no telling.
several=()
[ "$ENGINE" != podman ] || several=(--multi-image-archive)
"$ENGINE" save ${several[@]+"${several[@]}"} --output "$folder/image/images/lesson.tar" "${images[@]}" >&2
python3 -c 'from airgap import tools; print(*map(tools.fetched, tools.NAMES), sep="\n")' |
    while read -r artefact; do cp -R "$artefact" "$folder/image/airgap/"; done
# Some lessons build images with Debian's packages, on a base of ours that has no list of where they are: airgap asks apt.
# What has a password in its address stays here.
! "$ENGINE" image inspect --format '{{index .Config.Labels "airgap.key"}}' "$BASE_IMAGE" 2>/dev/null | grep . >/dev/null ||
    python3 -c 'from airgap import debian; print(*debian.sources(), sep="\n")' | sed '/:\/\/[^/]*@/d' >"$folder/image/sources/debian.list"
chmod -R go=u-w "$folder"
python3 -m airgap build --tag "$name" --build-arg "BASE=$base" --file "$here/Containerfile" "$folder/image"
