#!/usr/bin/env bash
# Shows what scripts/prepare.sh still has to do and waits for it; starts it (again) when it is not running.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

running() { ! "$(host_python)" "$scripts/flock.py" 7 0 7>>"$STATE/prepare.lock"; }

if ! running && { [ ! -e "$STATE/prepared.env" ] || [ -e "$STATE/failed" ]; }; then
    rm -f "$STATE/failed"
    # In a session of its own: Ctrl-C here stops the watching, not the work.
    in_own_session bash "$scripts/prepare.sh" >/dev/null 2>&1 </dev/null &
    until running || [ -e "$STATE/prepared.env" ] || [ -e "$STATE/failed" ]; do sleep 0.1; done
fi
"$(host_python)" "$scripts/show_progress.py" "$STATE"
