#!/usr/bin/env bash
# Waits until things in the cluster are ready, as  kubectl wait  does; says every ten seconds what it waits for, and stops
# early, with the reason and the command that mends it, when waiting would be in vain.
# Usage: scripts/wait-for.sh KIND/NAME… [-n NAMESPACE]     for example: scripts/wait-for.sh sdep/iris-model -n seldon
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_prepared
exec "$LESSON_PYTHON" "$scripts/wait_for.py" "$@"
