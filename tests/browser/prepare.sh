# shellcheck shell=bash
# Sourced by what tests with a real browser: goes to the checkout's root, chooses the browser and installs what is missing.
# Sets root, python and CHROMIUM: Chromium's headless shell where it is, or may be installed, and no other is asked for. It
# is the same engine without the windows that nobody sees here, for half of the processor time.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root" || exit
# shellcheck disable=SC2034  # for whoever sources this
python=${PYTHON:-$root/.venv/bin/python}
shell=/usr/bin/chromium-headless-shell
may_install() { [[ $(id -u) = 0 ]] && apt-cache show "${shell##*/}" >/dev/null 2>&1; }
if [[ -z ${CHROMIUM:-} ]] && { [[ -x $shell ]] || may_install; }; then export CHROMIUM=$shell; fi
bash tests/browser/chromium.sh
