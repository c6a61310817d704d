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
if [ -r "$LESSON_DIR/.state/prepared.env" ]; then
    unset -f kind kubectl helm python
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
