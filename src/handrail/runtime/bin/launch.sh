#!/usr/bin/env bash
# The old platforms' images had a launch.sh that waited until the machine was set up. Here it waits for the
# background scripts that have been started.
set -euo pipefail

running="$HANDRAIL_WORKSPACE/background"
frames=('|' '/' '-' '*')
turn=0
while [ -n "$(ls -A "$running" 2>/dev/null)" ]; do
    [ ! -t 1 ] || printf '\r%s Setting up…' "${frames[turn++ % 4]}"
    sleep 0.25
done
[ ! -t 1 ] || printf '\r\e[K'
echo "Ready."
