# shellcheck shell=bash
# Sourced by the learner in step 1: waits, with progress, until scripts/prepare.sh has everything ready, then takes
# its results (tools on PATH, engine settings, image and chart names) into this shell.
# shellcheck disable=SC1091
bash "$HOME/seldon-iris/scripts/wait-prepared.sh" && . "$HOME/seldon-iris/scripts/shell.sh"
