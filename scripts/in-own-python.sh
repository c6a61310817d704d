#!/usr/bin/env bash
# Runs a program with packages that the lesson's own Python does not have, in an environment of their own: made once for
# each list of packages, and kept in the cache.   Usage: scripts/in-own-python.sh REQUIREMENTS PROGRAM [ARGUMENT…]
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_prepared
[ $# -ge 2 ] || fail "usage: scripts/in-own-python.sh REQUIREMENTS PROGRAM [ARGUMENT…]"
packages=$1
[ -r "$packages" ] || fail "There is no file $packages in $PWD: the lesson's files are in ~/seldon-iris."

# shellcheck disable=SC2016  # a program for Python
key=$("$LESSON_PYTHON" -c 'import hashlib, sys; print(hashlib.sha256(sys.version.encode() + open(sys.argv[1], "rb").read()).hexdigest()[:16])' "$packages")
# pip finds the host user's own settings and cache, although the lesson has a home of its own.
home="${HANDRAIL_HOST_HOME:-$HOME}"
cache="${XDG_CACHE_HOME:-$home/.cache}/handrail-lesson"
env_dir="$cache/own-$key"
if [ ! -e "$env_dir/.whole" ]; then
    exec 9>"$cache/own-$key.lock"
    "$LESSON_PYTHON" "$scripts/flock.py" 9
    if [ ! -e "$env_dir/.whole" ]; then
        echo "Installing $(tr '\n' ' ' < "$packages")in an environment of their own (once; a minute or more)"
        rm -rf "$env_dir"
        "$LESSON_PYTHON" -m venv "$env_dir"
        HOME=$home "$env_dir/bin/python" -m pip install --quiet --no-input --disable-pip-version-check -r "$packages" ||
            fail "They could not be installed; pip's own message is above. The rest of the lesson does not need them.
To do:    scripts/in-own-python.sh $*"
        touch "$env_dir/.whole"
    fi
fi
exec "$env_dir/bin/python" "${@:2}"
