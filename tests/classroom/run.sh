#!/usr/bin/env bash
# Tests a classroom with a real Hub and real browsers. Installs what is missing, which is kept; the classroom is removed.
# Arguments go to pytest.
set -euo pipefail
# shellcheck source=tests/browser/prepare.sh
. "$(dirname "${BASH_SOURCE[0]}")/../browser/prepare.sh"
deploy/classroom/install.sh /var/tmp/handrail-classroom-programs
exec "$python" -m pytest -q -c pyproject.toml --timeout 900 "$@" tests/classroom
