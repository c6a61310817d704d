#!/usr/bin/env bash
# Waits until an alert rule has a state, says every ten seconds which it has, and stops early when nobody would tell.
# Usage: scripts/wait-for-alert.sh NAME firing|inactive
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
name=${1:?"usage: scripts/wait-for-alert.sh NAME firing|inactive"}
wanted=${2:?"usage: scripts/wait-for-alert.sh NAME firing|inactive"}

# shellcheck disable=SC2016  # a program for Python
state_of='
import json, sys
rules = [rule for group in json.load(sys.stdin)["data"]["groups"] for rule in group["rules"]]
print(next((rule["state"] for rule in rules if rule["name"] == sys.argv[1]), "unknown"))'
state=unknown
for second in $(seq 120); do
    state=$(curl -s -m 5 "$MONITOR_URL/api/v1/rules?type=alert" | "$LESSON_PYTHON" -c "$state_of" "$name" 2>/dev/null || echo unknown)
    if [ "$state" = "$wanted" ]; then
        echo "$name is $state."
        exit 0
    fi
    if [ "$state" = unknown ] && [ "$second" -ge 10 ]; then
        fail "Prometheus does not answer on your port, or has no rule $name.
To do:    scripts/open-dashboard.sh $(cat "$STATE/namespace" 2>/dev/null || echo metrics)"
    fi
    [ $((second % 10)) != 0 ] || echo "… $second s: $name is $state; waiting until it is $wanted"
    sleep 1
done
fail "$name is $state, not $wanted, after two minutes: look at the dashboard.
To do:    scripts/open-dashboard.sh $(cat "$STATE/namespace" 2>/dev/null || echo metrics)"
