#!/usr/bin/env bash
# Runs tests/steps/test_stepN.py with the lesson's Python.   Usage: scripts/check-step.sh N
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if [ ! -x "${LESSON_PYTHON:-}" ]; then
    reason="The tools are not ready yet. Run  source scripts/ready.sh  in the terminal and wait until it says so."
    echo "$reason" | tee "${VERIFICATION_FAILURE_REASON:-/dev/null}"
    exit 1
fi
cd "$SOURCE_DIR/tests/steps"
exec env PYTHONDONTWRITEBYTECODE=1 "$LESSON_PYTHON" -m pytest -c pytest.ini "test_step$1.py"
