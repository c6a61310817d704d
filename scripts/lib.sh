# shellcheck shell=bash
# Shared by the lesson's scripts: strict mode, where things are, and how an error is said. Sourced first by each.
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# The folder that holds scripts/, airgap/, standin/, tests/ and versions.env: the repository, or ~ where a hosted platform laid them
# out as assets. The copy of scripts/ in ~/seldon-iris finds it, too.
source_dir() {
    local dir="${SCENARIO_DIR:-$HOME}"
    while [ "$dir" != / ]; do
        if [ -d "$dir/airgap" ] && [ -d "$dir/standin" ]; then
            echo "$dir"
            return
        fi
        dir=$(dirname "$dir")
    done
    echo "The lesson's files are incomplete: no airgap/ and standin/ folder in ${SCENARIO_DIR:-$HOME}. Clone the repository again." >&2
    return 1
}
SOURCE_DIR=$(source_dir)
set -a
# shellcheck source=versions.env
. "$SOURCE_DIR/versions.env"
set +a
# shellcheck source=scripts/env.sh
. "$scripts/env.sh"
STATE="$LESSON_DIR/.state"
mkdir -p "$STATE" "$LESSON_DIR/bin"

# One sentence for a person, with the command to try next, and the end of the script.
fail() {
    echo "$*" >&2
    exit 1
}

# The oldest Python that airgap/ runs on is 3.11; the lesson's own may be another one.
host_python() {
    local name
    for name in python3 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    fail "This lesson needs Python 3.11 or newer, and none was found: install it (Debian: apt-get install python3 python3-venv)."
}

# Runs a command in place of this shell and in a session of its own, which Ctrl-C in a terminal does not reach; as the
# program setsid does, which not every system has.
in_own_session() {
    exec "$(host_python)" -c 'import os, sys; os.setsid(); os.execvp(sys.argv[1], sys.argv[1:])' "$@"
}

airgap() {
    PYTHONPATH="$SOURCE_DIR" "$(host_python)" -m airgap "$@"
}

need_prepared() {
    [ -r "$STATE/prepared.env" ] || fail "The tools are not ready yet: run  source scripts/ready.sh  first (step 1)."
}

# Whether this is the pod of a learner in a classroom, whose cluster and images are shared (classroom/prepare.sh).
in_classroom() { [ -n "${LESSON_PUSH_TO:-}" ]; }

# Whether kind lists this lesson's cluster, alive or dead. grep reads to the end: with -q it could leave kind writing into
# a closed pipe, and pipefail would call that "none".
cluster_listed() {
    kind get clusters 2>/dev/null | grep -x "$CLUSTER" >/dev/null
}

# Whether the cluster's API server answers. A machine with much else to do makes a live cluster slow, so it is asked again.
cluster_answers() {
    local patience
    for patience in 10 20 30; do
        if kubectl get --raw /readyz --request-timeout="${patience}s" >/dev/null 2>&1; then return; fi
        [ "$patience" = 30 ] || sleep 1
    done
    return 1
}

# Podman fails the first time when the node's monitor was killed with it, and by then knows that the node is dead.
delete_cluster() {
    kind delete cluster --name "$CLUSTER" || kind delete cluster --name "$CLUSTER"
}

# Where this run's own images are named in the engine: by cluster, so that two runs never share a tag.
image_in_engine() {
    echo "localhost/$CLUSTER/$1"
}

# What the engine has of those, without localhost/$CLUSTER/. Podman's list fails when some other program removes an image
# meanwhile.
images_in_engine() {
    local try images
    for try in 1 2 3 4 5 6 7 8 9 10; do
        images=$("$ENGINE" images --format '{{.Repository}}:{{.Tag}}') && break
        [ "$try" != 10 ] || fail "The lesson's images could not be listed (the reason is above): run  scripts/clean.sh  once more."
    done
    sed -n "s|^localhost/$CLUSTER/||p" <<< "$images"
}

remove_images() {
    local image reason
    images_in_engine | while read -r image; do
        image=$(image_in_engine "$image")
        # A build that was killed holds layers below the image, and Podman calls that an error though the image is gone.
        reason=$("$ENGINE" rmi "$image" 2>&1) || ! "$ENGINE" image inspect "$image" >/dev/null 2>&1 ||
            fail "The image $image could not be removed: $reason"
        echo "Removed the image $image"
    done
}

# Whether the process in a pid file is still scripts/port-forward.sh, and not another one with the same number. Small
# Linux systems have no ps, and others no /proc.
port_forward_alive() {
    local pid
    pid=$(cat "$1" 2>/dev/null) || return
    { tr '\0' ' ' < "/proc/$pid/cmdline" || ps -p "$pid" -o args=; } 2>/dev/null | grep port-forward.sh >/dev/null
}

# " (NAME, process NUMBER)" of the program that listens on a port of this machine; nothing where that cannot be known.
holder_of() {
    local found=""
    if command -v ss >/dev/null; then
        found=$(ss -ltnpH "sport = :$1" 2>/dev/null | sed -nE 's/.*users:\(\("([^"]*)",pid=([0-9]+).*/ (\1, process \2)/p' | sed -n 1p)
    elif command -v lsof >/dev/null; then
        found=$(lsof -nP -iTCP:"$1" -sTCP:LISTEN -Fcp 2>/dev/null | sed -nE '1s/^p//p; 2s/^c//p' | paste -sd ' ' - | sed -nE 's/([0-9]+) (.*)/ (\2, process \1)/p')
    fi
    printf '%s' "$found"
}

close_port_forwards() {
    local pid_file
    for pid_file in "$STATE"/port-forward-*.pid; do
        if port_forward_alive "$pid_file"; then
            kill "$(cat "$pid_file")" 2>/dev/null || true
            echo "Closed the port-forward of port $(basename "$pid_file" .pid | sed 's/port-forward-//')"
        fi
        rm -f "$pid_file" "$pid_file.target"
    done
    rm -f "$STATE/port"
}
