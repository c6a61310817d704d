#!/usr/bin/env bash
# Puts the program rclone into ~/seldon-iris/rclone, and where the lesson's shells find it: built from source the first time
# (about a minute and a half on two cores), then cached.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PYTHONPATH="$SOURCE_DIR" "$(host_python)" "$scripts/make_rclone.py" "$LESSON_DIR/rclone"
ln -sf ../rclone/rclone "$LESSON_DIR/bin/rclone"
echo "Ready: $("$LESSON_DIR/rclone/rclone" version | sed -n 1p), in $LESSON_DIR/rclone"
