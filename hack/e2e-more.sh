#!/usr/bin/env bash
# Types the lessons under more/ into a real terminal, one after the other on one shared cluster, and checks every step.
# Usage: hack/e2e-more.sh PYTHON_OF_HANDRAIL [LESSON…]    (all lessons of more/structure.json when none is named)
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=${1:?"usage: hack/e2e-more.sh PYTHON_OF_HANDRAIL [LESSON…]"}
shift
export LESSON_CLUSTER=seldon-iris-more LESSON_PORT="${E2E_MORE_PORT:-18865}"
lessons=("$repo/more")
[ $# -eq 0 ] || lessons=("${@/#/$repo/more/}")

remove_cluster() { "$python" "$repo/hack/clean.py" "$LESSON_CLUSTER"; }
trap remove_cluster EXIT
remove_cluster
rm -rf "$repo/.e2e/more"
cd "$repo"
"$python" -m handrail test "${lessons[@]}" --host --workspace .e2e/more --log .e2e/logs-more --junit .e2e/junit-more.xml
