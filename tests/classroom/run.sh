#!/usr/bin/env bash
# Tests a classroom with a real Hub and real browsers. Installs what is missing, which is kept; the classroom is removed.
# Arguments go to pytest.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
python=${PYTHON:-$root/.venv/bin/python}
# shellcheck source=tests/browser/shell.sh
. tests/browser/shell.sh
bash tests/browser/chromium.sh
deploy/classroom/install.sh /var/tmp/handrail-classroom-programs
exec "$python" -m pytest -q -c pyproject.toml --timeout 900 "$@" tests/classroom
