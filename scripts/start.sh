# shellcheck shell=bash
# The intro's foreground script: runs in the learner's own shell. Lays out ~/seldon-iris and goes there; terminals
# opened later do the same from ~/.bashrc. A lesson under more/ brings its own scripts and manifests on top of the shared ones.
mkdir -p "$HOME/seldon-iris"
# A hosted platform has no SCENARIO_DIR: it lays out the lesson's folders in ~.
lesson_source="${SCENARIO_DIR:-$HOME}"
[ -d "$lesson_source/airgap" ] || cp -R "$lesson_source/../../scripts" "$HOME/seldon-iris/"
# Texts that lessons share are links in them.
cp -RL "$lesson_source/scripts" "$lesson_source/manifests" "$HOME/seldon-iris/"
unset lesson_source
# What the learner may change, as it came: scripts/go-back.sh takes it from here.
mkdir -p "$HOME/seldon-iris/.state/original"
for lesson_folder in model manifests; do
    [ ! -d "$HOME/seldon-iris/$lesson_folder" ] || [ -d "$HOME/seldon-iris/.state/original/$lesson_folder" ] ||
        cp -R "$HOME/seldon-iris/$lesson_folder" "$HOME/seldon-iris/.state/original/"
done
unset lesson_folder
if ! grep -qs 'seldon-iris/scripts/shell.sh' "$HOME/.bashrc"; then
    # shellcheck disable=SC2016  # meant for ~/.bashrc as it stands
    printf '%s\n' '. "$HOME/seldon-iris/scripts/shell.sh"' 'cd "$HOME/seldon-iris"' >> "$HOME/.bashrc"
fi
# shellcheck disable=SC1091
. "$HOME/seldon-iris/scripts/shell.sh"
cd "$HOME/seldon-iris" || return
clear
echo "Welcome. You are in ~/seldon-iris; the tools for this lesson are being prepared while you read."
