#!/usr/bin/env bash
# Runs Seldon's wrapper around a class on this machine, sends what the class' contract describes, and stops it again.
# Usage: scripts/try-locally.sh FOLDER CLASS      (FOLDER has CLASS.py and contract.json)
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_prepared
usage="usage: scripts/try-locally.sh FOLDER CLASS, for example wine WineModel"
folder=${1:?"$usage"}
class=${2:?"$usage"}
for file in "$class.py" contract.json; do
    [ -s "$folder/$file" ] || fail "There is no $folder/$file yet: write it first."
done

port=${WRAPPER_URL##*:}
log="$STATE/try-locally.log"
cd "$folder"
# A session of its own: the wrapper starts further processes, and all of them have to go again.
PREDICTIVE_UNIT_HTTP_SERVICE_PORT=$port PREDICTIVE_UNIT_GRPC_SERVICE_PORT=$((port + 1)) \
    PREDICTIVE_UNIT_METRICS_SERVICE_PORT=$((port + 2)) PYTHONWARNINGS=ignore \
    in_own_session "$LESSON_PYTHON" -m seldon_core.microservice "$class" --service-type MODEL >"$log" 2>&1 </dev/null &
wrapper=$!
trap 'kill -KILL -- -$wrapper 2>/dev/null || true' EXIT

for _ in $(seq 120); do
    curl -s -m 2 "$WRAPPER_URL/health/ping" 2>/dev/null | grep pong >/dev/null && break
    kill -0 "$wrapper" 2>/dev/null || fail "$(tail -n 3 "$log")
The wrapper around $class ended. The reason stands above; mend $folder/$class.py and try again."
    sleep 0.5
done
PYTHONWARNINGS=ignore "$LESSON_PYTHON" -m seldon_core.microservice_tester contract.json 127.0.0.1 "$port" -p -n 1
