# shellcheck shell=bash
# Sourced: sets CHROMIUM to Chromium's headless shell where it is, or may be installed, and no other browser is asked for.
# It is the same engine without the windows that nobody sees here, for half of the processor time.
shell=/usr/bin/chromium-headless-shell
may_install() { [[ $(id -u) = 0 ]] && apt-cache show "${shell##*/}" >/dev/null 2>&1; }
if [[ -z ${CHROMIUM:-} ]] && { [[ -x $shell ]] || may_install; }; then export CHROMIUM=$shell; fi
