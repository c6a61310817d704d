#!/usr/bin/env bash
# Runs one file of state checks with the lesson's Python.   Usage: scripts/check-step.sh TEST_FILE
set -euo pipefail
# The port that the learner opened last, whatever this process was told.
if [ -r "$HOME/seldon-iris/.state/port" ]; then
    LESSON_PORT=$(cat "$HOME/seldon-iris/.state/port")
    export LESSON_PORT
fi
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

refuse() {
    printf '%s\n' "$@" | tee "${VERIFICATION_FAILURE_REASON:-/dev/null}"
    exit 1
}
# They were laid out once (scripts/start.sh).
if grep -qs seldon-iris/scripts/shell.sh "$HOME/.bashrc" && [ ! -r "$LESSON_DIR/scripts/ready.sh" ]; then
    refuse "Expected: the lesson's files in ~/seldon-iris" "Found:    they are not there any more" "To do:    choose Start over in the menu"
fi
if [ ! -r "$STATE/prepared.env" ] || [ ! -x "${LESSON_PYTHON:-}" ]; then
    # shellcheck disable=SC2016  # backticks: a command that the player offers to run
    refuse "Expected: the lesson's tools to be ready" "Found:    they are still being prepared, or were never asked for" 'To do:    `source scripts/ready.sh`'
fi
# lesson.py and reporter.py, which all checks share, are beside the main lesson's tests; a lesson can have its own, too.
# What the learner's own shell tells pytest is not meant for the checks.
unset PYTEST_ADDOPTS PYTEST_PLUGINS
export PYTHONPATH="$SOURCE_DIR/tests/steps:$SOURCE_DIR/scripts:${1%/*}" PYTHONDONTWRITEBYTECODE=1
checks=("$1")
# A further lesson's steps all need its namespace, and a cluster that may be gone.
case ${SCENARIO_DIR:-} in */more/*) checks=("$SOURCE_DIR/tests/steps/test_set_up.py" "$1") ;; esac
exec "$LESSON_PYTHON" -m pytest -c "$SOURCE_DIR/tests/steps/pytest.ini" "${checks[@]}"
