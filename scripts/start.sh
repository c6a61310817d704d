# shellcheck shell=bash
# The intro's foreground script: runs in the learner's own shell. Lays out ~/seldon-iris and goes there; terminals
# opened later do the same from ~/.bashrc. A lesson under more/ brings its own scripts and manifests on top of the shared ones.
mkdir -p "$HOME/seldon-iris"
if [ -n "${SCENARIO_DIR:-}" ]; then
    [ -d "$SCENARIO_DIR/airgap" ] || cp -R "$SCENARIO_DIR/../../scripts" "$HOME/seldon-iris/"
    cp -R "$SCENARIO_DIR/scripts" "$SCENARIO_DIR/manifests" "$HOME/seldon-iris/"
fi
if ! grep -qs 'seldon-iris/scripts/env.sh' "$HOME/.bashrc"; then
    # shellcheck disable=SC2016  # meant for ~/.bashrc as it stands
    printf '%s\n' '. "$HOME/seldon-iris/scripts/env.sh"' 'cd "$HOME/seldon-iris"' >> "$HOME/.bashrc"
fi
# shellcheck disable=SC1091
. "$HOME/seldon-iris/scripts/env.sh"
cd "$HOME/seldon-iris" || return
clear
echo "Welcome. You are in ~/seldon-iris; the tools for this lesson are being prepared while you read."
