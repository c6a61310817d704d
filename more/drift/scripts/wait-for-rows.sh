#!/usr/bin/env bash
# Waits until the drift detector has judged at least so many rows since it started.   Usage: scripts/wait-for-rows.sh ROWS
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
wanted=${1:?"usage: scripts/wait-for-rows.sh ROWS"}

# shellcheck disable=SC2016  # a program for Python
value='
import json, sys
print(round(sum(float(one["value"][1]) for one in json.load(sys.stdin)["data"]["result"])))'
rows=0
for second in $(seq 60); do
    rows=$(curl -s -m 5 "$MONITOR_URL/api/v1/query" --data-urlencode 'query=max(drift_rows_total)' | "$LESSON_PYTHON" -c "$value" 2>/dev/null || echo 0)
    if [ "$rows" -ge "$wanted" ]; then
        echo "The detector has judged $rows rows."
        exit 0
    fi
    [ $((second % 10)) != 0 ] || echo "… $second s: the detector has judged $rows rows; waiting for $wanted"
    sleep 1
done
fail "The detector has judged $rows rows, not $wanted, after a minute.
To do:    kubectl logs -n drift deployment/drift --tail=20"
