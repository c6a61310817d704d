# shellcheck shell=bash
# What the learner's own shells have beyond the lesson's environment. Sourced by ~/.bashrc, scripts/start.sh and
# scripts/ready.sh, never by scripts; safe to source twice.
# shellcheck disable=SC1091
. "$HOME/seldon-iris/scripts/env.sh"

# Until scripts/ready.sh has been sourced, the tools would speak to no engine, or to none of ours.
lesson_not_ready() {
    echo "This terminal does not know the lesson's tools yet: run  source scripts/ready.sh  first (step 1)." >&2
    return 1
}
lesson_has_cluster() {
    echo "You need no $1 here: your class has a cluster, with Seldon Core in it. To see it:  kubectl get pods -n seldon-system" >&2
    return 1
}
lesson_has_no_engine() {
    echo "You need no $1 here: the lesson's script builds images, as on the page:  scripts/build-image.sh iris-classifier:0.1 model" >&2
    return 1
}
if [ -r "$LESSON_DIR/.state/prepared.env" ]; then
    unset -f kind kubectl helm python
    # What is done on a learner's own machine, and was done for a class by its instructor.
    if [ -n "${LESSON_PUSH_TO:-}" ]; then
        type -P kind >/dev/null || kind() { lesson_has_cluster kind; }
        type -P helm >/dev/null || helm() { lesson_has_cluster helm; }
        type -P docker >/dev/null || docker() { lesson_has_no_engine docker; }
        type -P podman >/dev/null || podman() { lesson_has_no_engine podman; }
    fi
else
    kind() { lesson_not_ready; }
    kubectl() { lesson_not_ready; }
    helm() { lesson_not_ready; }
    python() { lesson_not_ready; }
fi

lesson_prompt() {
    local port
    # The port that was opened last, from whatever terminal.
    if read -r port 2>/dev/null < "$LESSON_DIR/.state/port" && [ "$port" != "${lesson_port_seen:-}" ]; then
        lesson_port_seen=$port
        export LESSON_PORT=$port
        . "$LESSON_DIR/scripts/env.sh"
    fi
    if [ -n "${lesson_failed:-}" ] && [ "$PWD" != "$LESSON_DIR" ]; then
        echo "You are in ${PWD/#"$HOME"/\~}; the lesson's commands are for ~/seldon-iris. To go back:  cd ~/seldon-iris"
    fi
    lesson_failed=
}
trap 'lesson_failed=1' ERR
if [[ ${PROMPT_COMMAND-} != *lesson_prompt* ]]; then
    PROMPT_COMMAND+=$'\n''if declare -F lesson_prompt >/dev/null; then lesson_prompt; fi'
fi
lesson_prompt
