#!/usr/bin/env bash
# kubectl apply, tried again while Seldon's webhook is still starting: its operator has no readiness probe, so nothing else
# tells when it listens. Any other refusal is shown at once.   Usage: scripts/apply-when-ready.sh MANIFEST…
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_prepared
[ $# -gt 0 ] || fail "usage: scripts/apply-when-ready.sh MANIFEST…"

for _ in $(seq 20); do
    if message=$(awk 'FNR == 1 { print "---" } 1' "$@" | kubectl apply -f - 2>&1); then
        echo "$message"
        exit 0
    fi
    case "$message" in
        *"failed calling webhook"*) sleep 2 ;;
        *) fail "$message" ;;
    esac
done
fail "$message
Seldon's webhook did not answer for 40 seconds: look at  kubectl get pods -n seldon-system"
