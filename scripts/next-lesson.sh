#!/usr/bin/env bash
# Opens a further lesson in a browser tab of its own, on the cluster of this one.   Usage: scripts/next-lesson.sh [LESSON]
# Without a name it lists the lessons. The lesson ends with Ctrl-C here, or with this terminal.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

list_lessons() {
    "$(host_python)" -c '
import json, sys
for lesson in json.load(open(sys.argv[1], encoding="utf-8"))["items"]:
    print("  scripts/next-lesson.sh {path:20} {title}".format(**lesson))' "$SOURCE_DIR/more/structure.json"
}

[ -f "$SOURCE_DIR/more/structure.json" ] ||
    fail "The further lessons are not on this machine: clone the project's repository and run  make play  in it."
if [ $# -eq 0 ]; then
    list_lessons
    exit 0
fi
if [ ! -f "$SOURCE_DIR/more/$1/index.json" ]; then
    list_lessons >&2
    fail "There is no lesson $1; these are all."
fi
# Not .venv/bin/handrail: its first line names the folder, and cannot when that has a quote in its name.
player=("$SOURCE_DIR/.venv/bin/python" -m handrail)
[ -x "${player[0]}" ] || player=("$(command -v handrail)") ||
    fail "The player is not installed: run  make play  in $SOURCE_DIR once."
echo "The lesson $1 opens in your browser; leave this terminal open. Ctrl-C here ends it."
export HOME="${HANDRAIL_HOST_HOME:-$HOME}"
exec "${player[@]}" play "$SOURCE_DIR/more/$1" --host
