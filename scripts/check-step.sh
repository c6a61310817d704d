#!/usr/bin/env bash
# Runs one file of state checks with the lesson's Python.   Usage: scripts/check-step.sh TEST_FILE
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if [ ! -x "${LESSON_PYTHON:-}" ]; then
    reason="The tools are not ready yet. Run  source scripts/ready.sh  in the terminal and wait until it says so."
    echo "$reason" | tee "${VERIFICATION_FAILURE_REASON:-/dev/null}"
    exit 1
fi
# lesson.py and reporter.py, which all checks share, are beside the main lesson's tests; a lesson can have its own, too.
export PYTHONPATH="$SOURCE_DIR/tests/steps:${1%/*}" PYTHONDONTWRITEBYTECODE=1
exec "$LESSON_PYTHON" -m pytest -c "$SOURCE_DIR/tests/steps/pytest.ini" "$1"
