#!/usr/bin/env bash
# Opens a port to Jaeger in a namespace and says the address of its page.   Usage: scripts/open-traces.sh NAMESPACE
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
namespace=${1:?"usage: scripts/open-traces.sh NAMESPACE"}
"$scripts/port-forward.sh" jaeger "$namespace" "${TRACES_URL##*:}" 16686 /api/services
echo "Traces: $TRACES_URL/"
