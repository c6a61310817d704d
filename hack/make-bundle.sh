#!/usr/bin/env bash
# make bundle: one file with everything the lesson needs, so that one machine can prepare for thirty. On another machine of
# the same kind,  BUNDLE=file make e2e  (or play) takes all from it, with the network off.
# Usage: hack/make-bundle.sh PYTHON_OF_HANDRAIL FILE
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
handrail_python=$1
case "$2" in /*) target=$2 ;; *) target=$PWD/$2 ;; esac
cache="${XDG_CACHE_HOME:-$HOME/.cache}"
wheels="$cache/handrail-wheels"
export HANDRAIL_HOST_HOME="$HOME" XDG_CACHE_HOME="$cache" SCENARIO_DIR="$repo"
# shellcheck source=versions.env
. "$repo/versions.env"

lesson_python=$(bash "$repo/scripts/lesson-env.sh")
# Wheels are for one version of Python, and the model's image has 3.11.
"$lesson_python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || {
    echo "A bundle has to be made with Python 3.11, which the model's image has: install it, or set LESSON_PYTHON=/path/to/python3.11." >&2
    exit 1
}
echo "Preparing tools and images"
mkdir -p "$repo/.e2e/bundle"
HOME="$repo/.e2e/bundle" bash "$repo/scripts/prepare.sh"
# shellcheck disable=SC1091
(HOME="$repo/.e2e/bundle"; . "$repo/.e2e/bundle/seldon-iris/.state/prepared.env"; echo "Node image: $NODE_IMAGE")

echo "Collecting Python packages"
rm -rf "$wheels.part"
"$lesson_python" -m pip wheel --quiet --require-hashes -r "$repo/scripts/lesson.lock" -w "$wheels.part"
"$handrail_python" -m pip wheel --quiet "${repo}[test,browser]" "$repo/standin[test]" -w "$wheels.part"
rm -rf "$wheels"
mv "$wheels.part" "$wheels"

cd "$repo"
python3 -m airgap bundle "$target" --preload "localhost/seldon-core-standin:$SELDON_VERSION" --include "$wheels"
rm -rf "$repo/.e2e/bundle"
echo "Wrote $target, $(($(wc -c < "$target") / 1000000)) MB. On another machine:  BUNDLE=$(basename "$target") make play"
