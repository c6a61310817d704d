#!/usr/bin/env bash
# Types the lessons under more/ into a real terminal, one after the other on one shared cluster, and checks every step.
# Usage: hack/e2e-more.sh HANDRAIL [LESSON…]    (all lessons of more/structure.json when none is named)
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
handrail=${1:?"usage: hack/e2e-more.sh PATH_TO_HANDRAIL [LESSON…]"}
shift
export LESSON_CLUSTER=seldon-iris-more LESSON_PORT="${E2E_MORE_PORT:-18865}"
if [ $# -eq 0 ]; then
    mapfile -t lessons < <(python3 -c 'import json, sys; print(*(i["path"] for i in json.load(open(sys.argv[1]))["items"]), sep="\n")' "$repo/more/structure.json")
    set -- "${lessons[@]}"
fi

# One workspace after the other, but one cluster: the last workspace knows how to delete it.
remove_cluster() { "$(dirname "$handrail")/python" "$repo/hack/clean.py" "$LESSON_CLUSTER"; }
trap remove_cluster EXIT
remove_cluster

passed=0 failed=()
for lesson in "$@"; do
    rm -rf "$repo/.e2e/more"
    mkdir -p "$repo/.e2e/more"
    if "$handrail" test "$repo/more/$lesson" --host --workspace "$repo/.e2e/more" \
        --log "$repo/.e2e/log-$lesson" --junit "$repo/.e2e/junit-$lesson.xml"; then
        passed=$((passed + 1))
    else
        failed+=("$lesson")
    fi
done
echo "lessons: $passed passed, ${#failed[@]} failed"
[ ${#failed[@]} -eq 0 ] || { echo "Failed: ${failed[*]} (logs in .e2e/log-LESSON)" >&2; exit 1; }
