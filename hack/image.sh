#!/usr/bin/env bash
# Builds the image of templates/Containerfile from this checkout, on the base image that airgap gets or builds; prints
# its name. Usage: image.sh PYTHON   (a Python with pip, for example .venv/bin/python)
set -euo pipefail
python=${1:?give a Python with pip, for example .venv/bin/python}
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tag=localhost/handrail

settings=$(python3 -m airgap engine)
set -a
eval "$settings"
set +a
base=$(python3 -m airgap base)
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
"$python" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$context" .
python3 -m airgap build --tag "$tag" --build-arg "BASE=$base" --file templates/Containerfile "$context" >&2
echo "$tag"
