# shellcheck shell=bash
# The lesson's environment, for the learner's shells and for every script. Sourced, never run; safe to source twice.
# Everything lives under the learner's ~ of this lesson: no Docker, kubeconfig, Helm or rclone state of the machine is touched.
# LESSON_CLUSTER and LESSON_PORT let a second run (make e2e) stand beside a lesson in progress.
export LESSON_DIR="$HOME/seldon-iris"
export CLUSTER="${LESSON_CLUSTER:-seldon-iris}"
# The addresses that lessons open on this machine, by name: the model's, and behind it what the lesson has besides.
lesson_port=${LESSON_PORT:-8000}
export SELDON_URL="http://127.0.0.1:$lesson_port"
export MONITOR_URL="http://127.0.0.1:$((lesson_port + 1))"
export EXPLAIN_URL="http://127.0.0.1:$((lesson_port + 1))"
export BUCKET_URL="http://127.0.0.1:$((lesson_port + 1))"
export SECOND_URL="http://127.0.0.1:$((lesson_port + 1))"
export THIRD_URL="http://127.0.0.1:$((lesson_port + 2))"
export TRACES_URL="http://127.0.0.1:$((lesson_port + 2))"
export SEARCH_URL="http://127.0.0.1:$((lesson_port + 3))"
# Three ports from this one on: the wrapper listens for HTTP, gRPC and metrics.
export WRAPPER_URL="http://127.0.0.1:$((lesson_port + 10))"
unset lesson_port
# Lessons have workspaces of their own, yet share this machine's ports: here stands who has which.
export LESSON_PORTS="${XDG_CACHE_HOME:-${HANDRAIL_HOST_HOME:-$HOME}/.cache}/handrail-lesson/ports"
export KUBECONFIG="$LESSON_DIR/.state/kubeconfig"
export HELM_CACHE_HOME="$LESSON_DIR/.state/helm/cache"
export HELM_CONFIG_HOME="$LESSON_DIR/.state/helm/config"
export HELM_DATA_HOME="$LESSON_DIR/.state/helm/data"
export RCLONE_CONFIG="$LESSON_DIR/.state/rclone.conf"
# Where nothing answers, rclone would try for four minutes without a word.
export RCLONE_RETRIES=1 RCLONE_LOW_LEVEL_RETRIES=2
case ":$PATH:" in
    *":$LESSON_DIR/bin:"*) ;;
    *) export PATH="$LESSON_DIR/bin:$PATH" ;;
esac
# Where the model of the main lesson runs, and what stands before the names of its images. A classroom has others, and
# says so in the file that is read next.
export NAMESPACE=seldon LESSON_CONTEXT="kind-$CLUSTER" LESSON_IMAGES=localhost
# What scripts/prepare.sh found or built: the engine's settings, NODE_IMAGE, BASE_IMAGE, SELDON_CHART, LESSON_PYTHON.
if [ -r "$LESSON_DIR/.state/prepared.env" ]; then
    # shellcheck disable=SC1091
    . "$LESSON_DIR/.state/prepared.env"
fi
