#!/usr/bin/env bash
# Makes the lesson's Python environment (seldon-core, scikit-learn, kubernetes, requests, pytest) once per
# lock file and prints the path of its python. Needs Python 3.11 or 3.12: seldon-core 1.17.1 has no resolution on 3.13.
# An environment is usable only when complete: it is marked whole at the end, under a lock, and rebuilt otherwise.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lock_file="$here/lesson.lock"
# pip must find the host user's own settings even when the lesson has a home of its own.
export HOME="${HANDRAIL_HOST_HOME:-$HOME}"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/handrail-lesson"

find_python() {
    local name
    for name in "${LESSON_PYTHON:-}" python3.11 python3.12 python3; do
        # An environment that this script made, and scripts/env.sh names, is not what others are made with.
        case "$name" in "" | "$cache"/*) continue ;; esac
        # The same interpreter must answer "which version" and be able to make environments.
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null; then
            "$name" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    echo "The lesson needs Python 3.11 or 3.12 with venv, and none was found: install it (Debian: apt-get install python3 python3-venv) or set LESSON_PYTHON=/path/to/python3.11." >&2
    return 1
}

python=$(find_python)
# shellcheck disable=SC2016  # a program for Python
key_of='
import hashlib, platform, sys
made_for = f"{sys.version} {platform.machine()} {sys.executable}\n"
print(hashlib.sha256(made_for.encode() + open(sys.argv[1], "rb").read()).hexdigest()[:16])'
key=$("$python" -c "$key_of" "$lock_file")
env_dir="$cache/$key"
mkdir -p "$cache"
if [ ! -e "$env_dir/.whole" ]; then
    exec 9>"$cache/$key.lock"
    if ! "$python" "$here/flock.py" 9 0; then
        echo "lesson's Python: another run is making it; waiting" >&2
        "$python" "$here/flock.py" 9
    fi
    if [ ! -e "$env_dir/.whole" ]; then
        echo "lesson's Python: installing seldon-core, scikit-learn and test tools (about 1 min, 370 MB)" >&2
        rm -rf "$env_dir"
        "$python" -m venv "$env_dir"
        # A bundle brings wheels that were built from the locked sources, so their hashes are not the lock's; its maker checked those.
        packages=(--require-hashes -r "$lock_file")
        if [ -n "${BUNDLE:-}" ]; then
            grep -oE '^[a-z0-9._-]+==[^ ;]+' "$lock_file" | grep -v '^colorama==' > "$env_dir/bundled.txt"
            packages=(--no-index --find-links "${XDG_CACHE_HOME:-$HOME/.cache}/handrail-wheels" -r "$env_dir/bundled.txt")
        fi
        if ! "$env_dir/bin/python" -m pip install --quiet --no-input --disable-pip-version-check "${packages[@]}" >&2; then
            echo "The lesson's Python packages could not be installed (pip's own message is above): check the connection to your package index and run the same command again." >&2
            exit 1
        fi
        touch "$env_dir/.whole"
    fi
fi
echo "$env_dir/bin/python"
