#!/usr/bin/env bash
# Tests every behaviour of the player in a real Chromium. Installs what is missing (chromium.sh). Arguments go to pytest.
set -euo pipefail
# make e2e-browser plays in the whole browser, and so does  CHROMIUM=/usr/bin/chromium make browser.
# shellcheck source=tests/browser/prepare.sh
. "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
# Where it may be had, a network of the tests' own: nothing but the player is in reach, and a container that starts
# elsewhere on this machine does not make Chromium drop what it is fetching (ERR_NETWORK_CHANGED).
own=()
if unshare --net ip link set lo up 2>/dev/null; then
  own=(unshare --net sh -c 'ip link set lo up && exec "$@"' sh)
fi
exec "${own[@]}" "$python" -m pytest -n 2 -q "$@" tests/browser
