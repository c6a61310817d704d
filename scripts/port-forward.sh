#!/usr/bin/env bash
# Opens a port of this machine to a service in the cluster and waits until it answers. kubectl port-forward is bound to one
# pod and ends with it, so a small loop starts it again when the pod is replaced. Ends with the terminal it was started in.
# Usage: scripts/port-forward.sh [SERVICE NAMESPACE [LOCAL_PORT SERVICE_PORT READY_PATH]]
# Without arguments: the Iris model on the port of SELDON_URL.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_prepared
service=${1:-iris-model-default}
namespace=${2:-seldon}
port=${3:-${SELDON_URL##*:}}
service_port=${4:-8000}
url="http://127.0.0.1:$port"
ready="$url${5:-/ready}"
pid_file="$STATE/port-forward-$port.pid"
log="$STATE/port-forward-$port.log"

answers() { [ "$(curl -s -o /dev/null -m 2 -w '%{http_code}' "$ready")" = 200 ]; }
taken() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

forward_forever() {
    # shellcheck disable=SC2046  # several jobs, several words
    trap 'kill $(jobs -p) 2>/dev/null' EXIT
    trap 'exit 0' TERM HUP INT
    while true; do
        kubectl port-forward --namespace "$namespace" "service/$service" "$port:$service_port" >> "$log" 2>&1 </dev/null &
        wait $! || true
        sleep 0.5
    done
}

kubectl get service "$service" --namespace "$namespace" >/dev/null 2>&1 ||
    fail "There is no service $service in the namespace $namespace yet: finish the step before this one first."
if port_forward_alive "$pid_file"; then
    if [ "$(cat "$pid_file.target" 2>/dev/null)" = "$namespace/$service:$service_port" ] && answers; then
        echo "Already open: $url leads to the service $service."
        exit 0
    fi
    kill "$(cat "$pid_file")" 2>/dev/null || true
    for _ in $(seq 50); do taken || break; sleep 0.1; done
fi
say_taken() {
    fail "Port $port of this machine is taken by another program: stop it ( ss -ltnp 'sport = :$port' names it), or use another port:  export LESSON_PORT=$((port + 1)); source scripts/env.sh  and the same command again."
}
if taken; then say_taken; fi

: > "$log"
forward_forever >> "$log" 2>&1 </dev/null &
echo $! > "$pid_file"
echo "$namespace/$service:$service_port" > "$pid_file.target"
for _ in $(seq 60); do
    # Another program may have taken the port in this very moment: then it would be the one that answers.
    if grep -q 'unable to listen' "$log"; then
        kill "$(cat "$pid_file")" 2>/dev/null || true
        say_taken
    fi
    if grep -q 'Forwarding from' "$log" && answers; then
        echo "Open: $url now leads to the service $service."
        exit 0
    fi
    sleep 0.5
done
kill "$(cat "$pid_file")" 2>/dev/null || true
fail "Nothing answered on $ready within 30 seconds: look at  kubectl get pods --namespace $namespace , and at the end of $log"
