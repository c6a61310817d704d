#!/usr/bin/env bash
# Installs JupyterHub, its proxy and handrail into a folder that every account may read, from PyPI and npm.
# Usage: deploy/classroom/install.sh DIR     (then DIR/venv and DIR/node_modules; a second run changes nothing)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
dir=$1
proxy=configurable-http-proxy@5.3.0

# A Python of root's own, below /root, is none that learners' accounts may run.
readable() { [ "$(id -u)" != 0 ] || setpriv --reuid=65534 --regid=65534 --clear-groups "$1" -c 'import venv, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
python=
for each in "${PYTHON:-}" /usr/bin/python3 /usr/local/bin/python3 "$(command -v python3 || true)"; do
    if [ -n "$each" ] && readable "$each" && "$each" -c 'import ensurepip' 2>/dev/null; then
        python=$each
        break
    fi
done
if [ -z "$python" ]; then
    echo "No Python 3.11 or newer with venv that every account may run: install one (Debian: apt-get install python3 python3-venv), then run this again." >&2
    exit 1
fi

stamp=$(cat "$here/requirements.txt" "$repo/pyproject.toml" <(cd "$repo" && git rev-parse HEAD:src 2>/dev/null; git -C "$repo" diff HEAD -- src) <(echo "$proxy") | sha256sum)
[ "$(cat "$dir/.whole" 2>/dev/null)" != "$stamp" ] || exit 0
echo "Installing JupyterHub, its proxy and handrail into $dir (some minutes the first time)" >&2
mkdir -p "$dir"
chmod 755 "$dir"
rm -f "$dir/.whole"
# One that was broken off has a python and no pip.
"$dir/venv/bin/python" -m pip --version >/dev/null 2>&1 || "$python" -m venv --clear "$dir/venv"
"$dir/venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
"$dir/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$repo"
[ "$(cat "$dir/node_modules/.whole" 2>/dev/null)" = "$proxy" ] ||
    PYTHON="$dir/venv/bin/python" bash "$repo/hack/node.sh" npm install --silent --no-save --prefix "$dir" "$proxy"
echo "$proxy" >"$dir/node_modules/.whole"
echo "$stamp" >"$dir/.whole"
