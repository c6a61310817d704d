#!/usr/bin/env bash
# Opens a port to the collector of a namespace and says the address of its page.   Usage: scripts/open-search.sh NAMESPACE
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
namespace=${1:?"usage: scripts/open-search.sh NAMESPACE"}
"$scripts/port-forward.sh" collector "$namespace" "${SEARCH_URL##*:}" 8080 /ready
echo "Search page: $SEARCH_URL/"
