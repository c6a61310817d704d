#!/usr/bin/env bash
# Closes this lesson's ports, deletes what it put outside of namespaces, and its namespace; the cluster stays.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$SCENARIO_DIR/../../scripts/lib.sh"
if [ -r "$STATE/prepared.env" ] && kubectl get --raw /readyz --request-timeout=5s >/dev/null 2>&1; then
    kubectl delete clusterrolebinding,clusterrole lesson-gateway-edge --ignore-not-found
    # With a kind go all objects of it: gateways, routes, and the class.
    [ ! -d "$LESSON_DIR/edge/kinds" ] || kubectl delete -f "$LESSON_DIR/edge/kinds" --ignore-not-found --timeout=60s
fi
exec bash "$SCENARIO_DIR/../../scripts/clean-namespace.sh" gateway
