#!/usr/bin/env bash
# The intro's background script: fetches or builds everything the lesson needs while the learner reads.
# Safe to run again at any time: whole artefacts are kept, the rest is made. What it is doing stands in
# ~/seldon-iris/.state/events.jsonl (scripts/ready.sh shows it), all output in prepare.log, the result in prepared.env.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# A hosted platform runs this text without its file, and lays out the lesson's folders in ~.
[ -r "$here/lib.sh" ] || here="$HOME/scripts"
# shellcheck source=scripts/lib.sh
. "$here/lib.sh"

STANDIN_IMAGE="localhost/seldon-core-standin:$SELDON_VERSION"

exec 8>"$STATE/prepare.lock"
# A moment of patience: scripts/ready.sh tries the lock to see whether this runs.
"$(host_python)" "$scripts/flock.py" 8 2 || fail "The lesson's tools are being prepared already: run  source scripts/ready.sh  to watch."
export AIRGAP_EVENTS="$STATE/events.jsonl"
: > "$AIRGAP_EVENTS"
rm -f "$STATE/failed"
exec 9>&2 2> >(tee -a "$STATE/prepare.log" >&2)
tee_pid=$!
# The last line on standard error is the sentence that says what went wrong and what to do: keep it for ready.sh.
ended() {
    local status=$?
    exec 2>&9
    wait "$tee_pid" || true
    [ "$status" = 0 ] || tail -n 1 "$STATE/prepare.log" > "$STATE/failed"
}
trap ended EXIT
echo "--- $(date +%Y-%m-%dT%H:%M:%S%z) preparing" >&2

event() {  # phase state detail [estimate in seconds]
    printf '{"t": %s, "phase": "%s", "state": "%s", "detail": "%s", "estimate": %s, "fraction": null}\n' \
        "$(date +%s)" "$1" "$2" "$3" "${4:-null}" >> "$AIRGAP_EVENTS"
}

engine_settings=$(airgap engine)
if [ -n "${BUNDLE:-}" ]; then
    # The learner's own image builds take their packages from the bundle, too.
    # As an address, because pip takes a blank in a path for the end of it.
    as_address='import pathlib, sys; print(pathlib.Path(sys.argv[1]).absolute().as_uri())'
    wheels=$("$(host_python)" -c "$as_address" "${XDG_CACHE_HOME:-$HOME/.cache}/handrail-wheels")
    engine_settings+=$'\n'"PIP_NO_INDEX=1 PIP_FIND_LINKS=$wheels"
fi
airgap tools "$LESSON_DIR/bin" kind kubectl helm >/dev/null
set -a
eval "$engine_settings"
set +a
# Measured: 1.4 GB with Seldon and the model in it. Said now, because Kubernetes starved of memory fails without a word.
cluster_listed || airgap memory 2 "the cluster $CLUSTER with a model in it"

event "the lesson's Python" start "seldon-core, scikit-learn and test tools" 60
lesson_python=$(bash "$SOURCE_DIR/scripts/lesson-env.sh")
printf '#!/usr/bin/env bash\nexec %q "$@"\n' "$lesson_python" > "$LESSON_DIR/bin/python"
chmod +x "$LESSON_DIR/bin/python"
event "the lesson's Python" "done" ""

base_image=$(airgap base)
# Where Seldon's operator comes from: its publisher, or here.
chart=$(bash "$SOURCE_DIR/scripts/seldon-chart.sh")
preload=()
if [ -d "$chart" ]; then
    event "Seldon stand-in image" start "operator and orchestrator" 60
    airgap build --tag "$STANDIN_IMAGE" --build-arg "BASE=$base_image" "$SOURCE_DIR/standin" >&2
    event "Seldon stand-in image" "done" ""
    preload=(--preload "$STANDIN_IMAGE")
fi
node_image=$(airgap node "${preload[@]}")

{
    # One line for each setting; its values are quoted already.
    printf 'set -a\n%s\nset +a\n' "$engine_settings"
    printf 'export %s=%q\n' NODE_IMAGE "$node_image" BASE_IMAGE "$base_image" \
        SELDON_CHART "$chart" LESSON_PYTHON "$lesson_python" SELDON_VERSION "$SELDON_VERSION"
} > "$STATE/prepared.env.part"
mv "$STATE/prepared.env.part" "$STATE/prepared.env"
echo "--- $(date +%Y-%m-%dT%H:%M:%S%z) everything is ready" >&2
