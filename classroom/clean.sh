#!/usr/bin/env bash
# Removes what a learner deployed. The namespace, the files and the images in the registry stay.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "${SCENARIO_DIR:-$HOME}/scripts/lib.sh"

close_port_forwards
[ ! -r "$STATE/prepared.env" ] || kubectl delete seldondeployments --all
