#!/bin/sh
# Installs Debian packages on this host: apt-get update and install, without questions. Needs root.
# A fresh machine installs its own updates first, holding the package manager's lock meanwhile: that is waited for, and
# said, for ten minutes, or as many seconds as APT_PATIENCE names.   Usage: airgap/apt-install.sh PACKAGE…
set -eu
patience=${APT_PATIENCE:-600}
waited=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM

say() { echo "$*" >&2; }

apt() {
    until DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -y "$@" >"$log" 2>&1; do
        if ! grep -qE 'Could not get lock|lock (is|was) locked by another process' "$log"; then
            cat "$log" >&2
            exit 1
        fi
        holder=$(sed -nE 's/.*(held by|another process with pid) ?(process )?([0-9].*)/process \3/p' "$log" | head -n 1)
        holder=${holder:-another program}
        if [ "$waited" -ge "$patience" ]; then
            say "The package manager is still locked by $holder after $waited s: wait until that has ended, or stop it, and run the same command again."
            exit 1
        fi
        [ $((waited % 20)) != 0 ] ||
            say "Waiting for the package manager, which $holder uses ($waited s of $patience s at most)"
        sleep 2
        waited=$((waited + 2))
    done
    cat "$log"
}

apt update
apt install --no-install-recommends "$@"
