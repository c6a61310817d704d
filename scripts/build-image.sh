#!/usr/bin/env bash
# Builds the container image of the model in ~/seldon-iris/model.   Usage: scripts/build-image.sh VERSION
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_prepared
version=${1:?"usage: scripts/build-image.sh VERSION, for example 0.1"}

[ -s "$LESSON_DIR/model/model.joblib" ] || fail "There is no trained model yet: run  python model/train.py  first."
image=$(image_in_engine "$version")
echo "Building localhost/iris-classifier:$version with $ENGINE from model/Dockerfile (about a minute the first time)"
airgap build --tag "$image" --build-arg "BASE=$BASE_IMAGE" "$LESSON_DIR/model"
size=$("$ENGINE" image inspect --format '{{.Size}}' "$image")
echo "Built: localhost/iris-classifier:$version, $((size / 1000000)) MB"
