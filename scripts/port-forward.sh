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
namespace=${2:-$NAMESPACE}
port=${3:-${SELDON_URL##*:}}
service_port=${4:-8000}
called="$*"
url="http://127.0.0.1:$port"
ready="$url${5:-/ready}"
pid_file="$STATE/port-forward-$port.pid"
log="$STATE/port-forward-$port.log"
mkdir -p "$LESSON_PORTS"

# A bucket answers 403 to a request without a key.
answers() {
    case $(curl -s -o /dev/null -m 2 -w '%{http_code}' "$ready") in
        200 | 403) ;;
        *) return 1 ;;
    esac
}
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

registered() {
    cp "$pid_file" "$LESSON_PORTS/$port.pid"
    echo "the service $service in the namespace $namespace" > "$LESSON_PORTS/$port.target"
}
written_down() {
    # Checks, clients and other terminals follow the port that was opened last.
    [ "$port" != "${SELDON_URL##*:}" ] || echo "$port" > "$STATE/port"
}

kubectl get service "$service" --namespace "$namespace" >/dev/null 2>&1 ||
    fail "There is no service $service in the namespace $namespace yet: finish the step before this one first. To see what is there:  kubectl get services $(in_classroom || echo -A)"
if port_forward_alive "$pid_file"; then
    if [ "$(cat "$pid_file.target" 2>/dev/null)" = "$namespace/$service:$service_port" ] && answers; then
        registered
        written_down
        echo "Already open: $url leads to the service $service."
        exit 0
    fi
    kill "$(cat "$pid_file")" 2>/dev/null || true
    for _ in $(seq 50); do taken || break; sleep 0.1; done
fi
# Also one that has just lost its pod and waits for another: it would take the port again at some later moment.
if port_forward_alive "$LESSON_PORTS/$port.pid" && ! cmp -s "$LESSON_PORTS/$port.pid" "$pid_file"; then
    echo "Port $port led to $(cat "$LESSON_PORTS/$port.target" 2>/dev/null || echo "another service") of an earlier lesson: taking it over."
    kill "$(cat "$LESSON_PORTS/$port.pid")" 2>/dev/null || true
    for _ in $(seq 50); do taken || break; sleep 0.1; done
fi
say_taken() {
    local again="scripts/port-forward.sh${called:+ $called}" base
    base=$("$(host_python)" "$scripts/free_port.py" "${SELDON_URL##*:}")
    # A port beside the model's moves with it, and the model's has to be opened there, too.
    if [ "$port" != "${SELDON_URL##*:}" ]; then
        again=$(model_again)"scripts/port-forward.sh $service $namespace $((base + port - ${SELDON_URL##*:})) $service_port ${5:-/ready}"
    fi
    fail "Port $port of this machine is taken by another program$(holder_of "$port"). Stop that program, or take other ports:
To do:    export LESSON_PORT=$base; source scripts/env.sh; $again"
}
# The command that opens the model's port as it is open now, or nothing.
model_again() {
    local target
    target=$(cat "$STATE/port-forward-${SELDON_URL##*:}.pid.target" 2>/dev/null) || return 0
    echo "scripts/port-forward.sh $(sed -E 's|(.*)/(.*):.*|\2 \1|' <<< "$target"); "
}
if taken; then say_taken "$@"; fi

: > "$log"
forward_forever >> "$log" 2>&1 </dev/null &
echo $! > "$pid_file"
echo "$namespace/$service:$service_port" > "$pid_file.target"
registered
for _ in $(seq 60); do
    # Another program may have taken the port in this very moment: then it would be the one that answers.
    if grep -q 'unable to listen' "$log"; then
        kill "$(cat "$pid_file")" 2>/dev/null || true
        say_taken "$@"
    fi
    if grep -q 'Forwarding from' "$log" && answers; then
        written_down
        echo "Open: $url now leads to the service $service."
        exit 0
    fi
    sleep 0.5
done
kill "$(cat "$pid_file")" 2>/dev/null || true
fail "Nothing answered on $ready within 30 seconds.
To do:    kubectl get pods --namespace $namespace; tail -n 3 $log"
