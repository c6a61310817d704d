#!/usr/bin/env bash
# Ends a lesson under more/: closes its ports and deletes its namespace. The cluster stays for the next lesson, unless
# LESSON_FRESH is set: then nothing is to be left that the next run could use.   Usage: scripts/clean-namespace.sh NAMESPACE
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
namespace=${1:?"usage: scripts/clean-namespace.sh NAMESPACE"}
[ -z "${LESSON_FRESH:-}" ] || exec "$scripts/clean.sh"

close_port_forwards
if [ -r "$STATE/prepared.env" ] && kubectl get --raw /readyz --request-timeout=5s >/dev/null 2>&1; then
    # Its pods take half a minute to end; nobody needs to watch that.
    kubectl delete namespace "$namespace" --ignore-not-found --wait=false
fi
