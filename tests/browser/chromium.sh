#!/usr/bin/env bash
# Installs what a test with a real browser needs and is missing: Chromium from the distribution (as root on Debian),
# Playwright, and the page's own third-party modules. CHROMIUM=path uses another browser.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
python=${PYTHON:-$root/.venv/bin/python}
chromium=${CHROMIUM:-/usr/bin/chromium}

say() { printf 'browser tests: %s\n' "$*" >&2; }

if [[ ! -x $chromium ]]; then
  if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
    say "no browser at $chromium. Install Chromium, then set CHROMIUM=/path/to/it and run this again."
    exit 1
  fi
  package=chromium
  [[ ${chromium##*/} != chromium-* ]] || package=${chromium##*/}
  say "installing Debian's $package"
  "$root/airgap/apt-install.sh" "$package" fonts-dejavu-core >&2
fi
# An installation brings the page's third-party modules, too, by the build hook.
if ! "$python" -c 'import playwright' 2>/dev/null || [[ ! -d $root/src/handrail/server/static/vendor ]]; then
  "$python" -m pip install --quiet -e "${root}[browser]"
fi
