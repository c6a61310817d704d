#!/usr/bin/env bash
# Types the main lesson into a real terminal on a real cluster of its own and checks every step (make e2e).
# Its cluster, port and workspace are not those of a lesson in progress. What a killed run left is removed first: this
# run creates its own anew.   Usage: hack/e2e.sh PYTHON_OF_HANDRAIL [handrail test options]
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=${1:?"usage: hack/e2e.sh PYTHON_OF_HANDRAIL"}
shift
export LESSON_CLUSTER=seldon-iris-e2e LESSON_PORT="${E2E_PORT:-18765}"
workspace="$repo/.e2e/workspace"

"$python" "$repo/hack/clean.py" "$LESSON_CLUSTER"
exec "$python" -m handrail test "$repo" --host --workspace "$workspace" --log "$repo/.e2e/log" --junit "$repo/.e2e/junit.xml" "$@"
