#!/usr/bin/env bash
# Builds a container image from a folder with a Dockerfile.   Usage: scripts/build-image.sh NAME:VERSION FOLDER
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_prepared
usage="usage: scripts/build-image.sh NAME:VERSION FOLDER, for example iris-classifier:0.1 model"
name=${1:?"$usage"}
folder=${2:?"$usage"}

[ -f "$folder/Dockerfile" ] || fail "There is no $folder/Dockerfile here: go to ~/seldon-iris first, or name another folder."
if grep -q 'COPY .*model.joblib' "$folder/Dockerfile" && [ ! -s "$folder/model.joblib" ]; then
    fail "There is no trained model yet: run  python $folder/train.py  first."
fi
image=$(image_in_engine "$name")
echo "Building localhost/$name with $ENGINE from $folder/Dockerfile (about a minute the first time)"
airgap build --tag "$image" --build-arg "BASE=$BASE_IMAGE" "$folder" >/dev/null
size=$("$ENGINE" image inspect --format '{{.Size}}' "$image")
echo "Built: localhost/$name, $((size / 1000000)) MB"
