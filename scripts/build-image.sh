#!/usr/bin/env bash
# Builds a container image from a folder with a Dockerfile.   Usage: scripts/build-image.sh NAME:VERSION FOLDER
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_prepared
usage="usage: scripts/build-image.sh NAME:VERSION FOLDER, for example iris-classifier:0.1 model"
name=${1:?"$usage"}
folder=${2:?"$usage"}
[[ $name =~ ^[a-z0-9]+([._/-]+[a-z0-9]+)*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$ ]] ||
    fail "$name cannot be the name of an image: small letters, digits and - , then : and a version.
To do:    scripts/build-image.sh iris-classifier:0.1 model"

[ -f "$folder/Dockerfile" ] || fail "There is no $folder/Dockerfile in $PWD. The lesson's folders are in ~/seldon-iris:  cd ~/seldon-iris  and the same command again."
{ read -r missing && read -r first; } < <("$(host_python)" "$scripts/making.py" "$folder") || missing=""
[ -z "$missing" ] || [ -z "$first" ] || fail "There is no $missing yet.
To do:    $first && scripts/build-image.sh $name $folder"
[ -z "$missing" ] || fail "$folder/Dockerfile copies ${missing##*/}, and there is no $missing: write that file, or name yours in the Dockerfile."
fault=$("$(host_python)" "$scripts/class_faults.py" "$folder")
[ -z "$fault" ] || fail "$fault
Python cannot read that line: mend it, and run the same command again."

log="$STATE/build.log"
if in_classroom; then
    echo "Building $LESSON_IMAGES/$name from $folder/Dockerfile, on the base that your instructor has prepared"
    if ! "$LESSON_PYTHON" "$scripts/append_image.py" "$name" "$folder" 2>"$log"; then
        fault=$("$(host_python)" "$scripts/class_faults.py" "$folder" "$log")
        [ -z "$fault" ] || fail "$fault
The image cannot load what is in $folder: mend that line, and run the same command again."
        fail "$(tail -n 1 "$log")"
    fi
    exit 0
fi
image=$(image_in_engine "$name")
echo "Building localhost/$name with $ENGINE from $folder/Dockerfile (two minutes the first time, then seconds)"
if ! airgap build --tag "$image" --build-arg "BASE=$BASE_IMAGE" "$folder" 2>&1 >/dev/null |
    tee "$log" | awk '!/^airgap: / { print; fflush() }' >&2; then
    # The engine's own log has the traceback of a class that cannot be loaded; its place stands in the last line.
    written=$(sed -nE 's/^airgap: .*\(all of its output: ([^)]*)\).*/\1/p' "$log")
    fault=""
    [ ! -r "$written" ] || fault=$("$(host_python)" "$scripts/class_faults.py" "$folder" "$written")
    [ -z "$fault" ] || fail "$fault
The image cannot load what is in $folder: mend that line, and run the same command again."
    fail "$(sed -nE 's/--mount=[^ ]* //g; s/^airgap: //p' "$log")"
fi
size=$("$ENGINE" image inspect --format '{{.Size}}' "$image")
echo "Built: localhost/$name, $((size / 1000000)) MB"
