#!/usr/bin/env bash
# Tests every behaviour of the player in a real Chromium. Installs what is missing (chromium.sh). Arguments go to pytest.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
python=${PYTHON:-$root/.venv/bin/python}
bash tests/browser/chromium.sh
# A test ends by what it waits for; the outer limit is only for a browser that hangs.
exec "$python" -m pytest -n 2 -q -o timeout=300 "$@" tests/browser
