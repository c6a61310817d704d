#!/usr/bin/env bash
# Removes what one run of a lesson left: its port-forward, cluster and images.   Usage: hack/clean-workspace.sh WORKSPACE CLUSTER
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
workspace=$1
[ -d "$workspace/home/seldon-iris" ] || exit 0
export SCENARIO_DIR="$repo" HANDRAIL_HOST_HOME="$HOME" XDG_CACHE_HOME="${XDG_CACHE_HOME:-$HOME/.cache}" LESSON_CLUSTER="$2"
HOME="$workspace/home"
echo "Cleaning up the cluster $LESSON_CLUSTER and what belongs to it"
exec bash "$repo/scripts/clean.sh"
