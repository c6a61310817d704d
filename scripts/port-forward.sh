#!/usr/bin/env bash
# Opens 127.0.0.1:8000 (LESSON_PORT) to the model's service and waits until it answers. kubectl port-forward is bound to one
# pod and ends with it, so a small loop starts it again when the pod is replaced. Ends with the terminal it was started in.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_prepared
port=${SELDON_URL##*:}
pid_file="$STATE/port-forward.pid"

answers() { [ "$(curl -s -o /dev/null -m 2 -w '%{http_code}' "$SELDON_URL/ready")" = 200 ]; }

# Started by us and still alive: the recorded process is really our loop, not another with the same number.
ours() {
    local pid
    pid=$(cat "$pid_file" 2>/dev/null) || return 1
    tr '\0' ' ' < "/proc/$pid/cmdline" 2>/dev/null | grep -q port-forward.sh
}

forward_forever() {
    trap 'kill $(jobs -p) 2>/dev/null' EXIT
    trap 'exit 0' TERM HUP INT
    while true; do
        kubectl port-forward --namespace seldon service/iris-model-default "$port:8000" >> "$STATE/port-forward.log" 2>&1 </dev/null &
        wait $! || true
        sleep 0.5
    done
}

kubectl get service iris-model-default --namespace seldon >/dev/null 2>&1 ||
    fail "There is no service iris-model-default in the namespace seldon yet: finish step 2 first."
if ours && answers; then
    echo "Already open: $SELDON_URL leads to the service iris-model-default."
    exit 0
fi
if ours; then
    kill "$(cat "$pid_file")" 2>/dev/null || true
fi
for _ in $(seq 20); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    sleep 0.1
done
if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    fail "Port $port on this machine is taken by another program: stop that program (find it with  ss -ltnp 'sport = :$port' ), or take another port:  export LESSON_PORT=$((port + 1)); source scripts/env.sh; scripts/port-forward.sh"
fi

: > "$STATE/port-forward.log"
forward_forever &
echo $! > "$pid_file"
disown
for _ in $(seq 60); do
    if answers; then
        echo "Open: $SELDON_URL now leads to the service iris-model-default."
        exit 0
    fi
    sleep 0.5
done
kill "$(cat "$pid_file")" 2>/dev/null || true
fail "The model did not answer on $SELDON_URL within 30 seconds: look at  kubectl get pods --namespace seldon  and at the end of ~/seldon-iris/.state/port-forward.log"
