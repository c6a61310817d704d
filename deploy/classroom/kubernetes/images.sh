#!/usr/bin/env bash
# Builds the classroom's two images with the container engine of this machine, on the base image that airgap gets or
# builds, and prints their names: the Hub's, then the learners' with the course.
#
#   deploy/classroom/kubernetes/images.sh COURSE     COURSE: the folder of a scenario or course
#
# REPOSITORY=localhost   what stands before handrail-hub and handrail-learner, for example registry.school.example/ml
# TAG=latest
# PYTHON=.venv/bin/python   one with pip
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../../.." && pwd)
course=$(cd "${1:?COURSE is missing: the folder of a scenario or course}" && pwd)
repository=${REPOSITORY:-localhost}
tag=${TAG:-latest}
cd "$repo"
python=${PYTHON:-.venv/bin/python}

settings=$(python3 -m airgap engine)
set -a
eval "$settings"
set +a
base=$(python3 -m airgap base)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/hub" "$folder/learner/bin" "$folder/learner/course"
"$python" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$folder/hub" . >&2
cp "$folder/hub"/handrail-*.whl "$folder/learner/"
cat deploy/classroom/requirements.txt "$here/requirements.txt" >"$folder/hub/requirements.txt"
cp deploy/classroom/preview_routes.cjs "$folder/hub/"
tar -C "$course" --exclude-vcs --exclude=.venv --exclude=node_modules -cf - . | tar -C "$folder/learner/course" --no-same-owner -xf -
python3 -m airgap tools "$folder/tools" kubectl >&2
cp -L "$folder/tools/kubectl" "$folder/learner/bin/"
chmod -R go=u-w "$folder"
for image in hub learner; do
    python3 -m airgap build --tag "$repository/handrail-$image:$tag" --build-arg "BASE=$base" --file "$here/Containerfile.$image" "$folder/$image" >&2
    echo "$repository/handrail-$image:$tag"
done
