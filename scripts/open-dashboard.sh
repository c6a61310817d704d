#!/usr/bin/env bash
# Opens a port to the dashboard of a namespace and says its address.   Usage: scripts/open-dashboard.sh NAMESPACE
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
namespace=${1:?"usage: scripts/open-dashboard.sh NAMESPACE"}
"$scripts/port-forward.sh" monitor "$namespace" "${MONITOR_URL##*:}" 9090 /-/ready
echo "Dashboard: $MONITOR_URL/user/"
