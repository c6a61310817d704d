#!/usr/bin/env bash
# Leaves out one block of a lesson at a time and says which of them no check misses (handrail test --mutate). LESSON_FRESH
# has each run leave nothing that would help the next, such as an image in the node; further lessons keep the cluster.
# Usage: hack/e2e-mutate.sh PYTHON_OF_HANDRAIL LESSON [handrail test options]    (LESSON: . or more/NAME)
#        hack/e2e-mutate.sh .venv/bin/python more/canary --from step2 --until step2
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=${1:?"usage: hack/e2e-mutate.sh PYTHON_OF_HANDRAIL LESSON [handrail test options]"}
lesson=${2:?"usage: hack/e2e-mutate.sh PYTHON_OF_HANDRAIL LESSON [handrail test options]"}
shift 2
export LESSON_CLUSTER=seldon-iris-mutants LESSON_PORT="${E2E_MUTATE_PORT:-19065}" LESSON_FRESH=1

remove_cluster() { "$python" "$repo/hack/clean.py" "$LESSON_CLUSTER"; }
trap remove_cluster EXIT
remove_cluster
cd "$repo"
"$python" -m handrail test --mutate "$lesson" --host --workspace .e2e/mutants --log .e2e/logs-mutants "$@"
