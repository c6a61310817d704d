#!/usr/bin/env bash
# The intro's background script in a classroom: everything is in the image of the learner's server and on the cluster, so it
# only writes down where. What it found stands in ~/seldon-iris/.state/prepared.env, as scripts/prepare.sh leaves it.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "${SCENARIO_DIR:-$HOME}/scripts/lib.sh"

exec 8>"$STATE/prepare.lock"
"$(host_python)" "$scripts/flock.py" 8 2 || exit 0
rm -f "$STATE/failed"
refused() {
    echo "$*" | tee "$STATE/failed" >&2
    exit 1
}
account=/var/run/secrets/kubernetes.io/serviceaccount
registry=/etc/registry
[ -r $account/token ] || refused "This lesson is for the pod of a learner in a classroom on Kubernetes (docs/classroom.md). On your own machine, play the lesson of the folder above: handrail play ."
[ -r $registry/pull ] || refused "The classroom has no registry for your images yet: tell your instructor to run  classroom/instructor/install.sh  and then  learners.sh."

# kubectl's configuration; the token is read anew whenever it is needed, because Kubernetes replaces it every hour.
kubectl config set-cluster classroom --server "https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT" --certificate-authority $account/ca.crt >/dev/null
kubectl config set-context classroom --cluster classroom --user learner --namespace "$POD_NAMESPACE" >/dev/null
kubectl config use-context classroom >/dev/null
kubectl config set users.learner.tokenFile $account/token >/dev/null

printf '#!/usr/bin/env bash\nexec %q "$@"\n' "$LESSON_PYTHON" >"$LESSON_DIR/bin/python"
chmod +x "$LESSON_DIR/bin/python"
{
    printf 'export %s=%q\n' LESSON_CONTEXT classroom NAMESPACE "$POD_NAMESPACE" LESSON_IMAGES "$(cat $registry/pull)" LESSON_PUSH_TO "$(cat $registry/push)" \
        DOCKER_CONFIG $registry LESSON_PYTHON "$LESSON_PYTHON" SELDON_VERSION "$SELDON_VERSION"
} >"$STATE/prepared.env.part"
mv "$STATE/prepared.env.part" "$STATE/prepared.env"
