#!/usr/bin/env bash
# make clean: removes the lessons' clusters and workspaces, those of make e2e too. With --caches also everything that was
# downloaded or built for them, images included.
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

bash "$repo/hack/clean-workspace.sh" "$repo/.e2e/workspace" seldon-iris-e2e
bash "$repo/hack/clean-workspace.sh" "$repo/.e2e/more" seldon-iris-more
for workspace in "${XDG_STATE_HOME:-$HOME/.local/state}"/handrail/*/; do
    bash "$repo/hack/clean-workspace.sh" "${workspace%/}" seldon-iris
done
rm -rf "$repo/.e2e"
if [ "${1:-}" = --caches ]; then
    (cd "$repo" && python3 -m airgap clean)
    rm -rf "${XDG_CACHE_HOME:-$HOME/.cache}/handrail-lesson"
fi
