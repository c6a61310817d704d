#!/usr/bin/env bash
# Makes the Python environment of handrail, the stand-in and the tests.   Usage: hack/handrail-env.sh PYTHON DIR
# Debian ships Python without venv: as root it is installed, else the command to run is said.
set -euo pipefail
python=$1
dir=$2
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    echo "handrail needs Python 3.11 or newer, and '$python' is not: install it (Debian: apt-get install python3 python3-venv), or name another:  make PYTHON=/path/to/python3" >&2
    exit 1
}
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Python's venv module is missing: installing Debian's python3-venv"
        "$repo/airgap/apt-install.sh" python3-venv >/dev/null
    else
        echo "Python's venv module is missing: run  sudo apt-get install python3-venv  and the same command again." >&2
        exit 1
    fi
fi
# A folder that was begun and not finished is replaced; one that moved with the clone has the wrong paths in it.
if ! "$dir/bin/python" -m pip --version >/dev/null 2>&1 || ! grep -qF "$(cd "$(dirname "$dir")" && pwd)/$(basename "$dir")" "$dir/bin/activate"; then
    rm -rf "$dir"
    "$python" -m venv "$dir"
fi

if [ -n "${BUNDLE:-}" ]; then
    (cd "$repo" && "$python" -m airgap unpack)
    "$dir/bin/python" -m pip install --quiet --disable-pip-version-check --no-index \
        --find-links "${XDG_CACHE_HOME:-$HOME/.cache}/handrail-wheels" "handrail[test,browser]" "seldon-core-standin[test]"
else
    "$dir/bin/python" -m pip install --quiet --disable-pip-version-check -e "${repo}[test,browser]" -e "$repo/standin[test]"
fi
