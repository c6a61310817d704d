#!/usr/bin/env bash
# Adds to the image of a learner's server what the lesson needs; deploy/classroom/kubernetes/images.sh runs it.
#
#   classroom/instructor/image.sh BASE NAME     BASE: the image with handrail, NAME: the one to make
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
base=${1:?BASE is missing: deploy/classroom/kubernetes/images.sh runs this with the right names}
name=${2:?NAME is missing: deploy/classroom/kubernetes/images.sh runs this with the right names}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/image/bin"
cp "$repo/scripts/lesson.lock" "$folder/image/"
PYTHONPATH=$repo python3 "$repo/scripts/make_crane.py" "$folder/image/bin"
chmod -R go=u-w "$folder"
PYTHONPATH=$repo python3 -m airgap build --tag "$name" --build-arg "BASE=$base" --file "$here/Containerfile" "$folder/image"
