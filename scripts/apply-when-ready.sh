#!/usr/bin/env bash
# kubectl apply, tried again while Seldon's webhook is still starting: its operator has no readiness probe, so nothing else
# tells when it listens. Any other refusal is shown at once.   Usage: scripts/apply-when-ready.sh MANIFEST…
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_prepared
[ $# -gt 0 ] || fail "usage: scripts/apply-when-ready.sh MANIFEST…"

for manifest in "$@"; do
    [ -r "$manifest" ] || fail "There is no file $manifest in $PWD: the lesson's manifests are in ~/seldon-iris/manifests."
done
for try in $(seq 20); do
    if message=$(awk 'FNR == 1 { print "---" } 1' "$@" | kubectl apply -f - 2>&1); then
        echo "$message"
        exit 0
    fi
    case "$message" in
        *"failed calling webhook"*)
            if [ "$(kubectl get deployment seldon-controller-manager -n seldon-system -o 'jsonpath={.spec.replicas}' 2>/dev/null)" = 0 ]; then
                fail "Seldon's operator, whose webhook has to answer, was scaled to 0.
To do:    kubectl scale deployment seldon-controller-manager -n seldon-system --replicas=1"
            fi
            [ $((try % 5)) != 0 ] || echo "… $((try * 2)) s: waiting for Seldon's webhook, which starts a little after the operator"
            sleep 2
            ;;
        *"no matches for kind \"SeldonDeployment\""*)
            if in_classroom; then fail "Kubernetes does not know SeldonDeployments yet: your instructor has to install Seldon Core."; fi
            fail "Kubernetes does not know SeldonDeployments yet: Seldon Core is not installed.
To do:    helm install seldon-core \"\$SELDON_CHART\" --version $SELDON_VERSION -n seldon-system --create-namespace --set executor.resources.cpuRequest=100m" ;;
        *"namespaces \""*"not found"*)
            missing=$(sed -nE 's/.*namespaces "([^"]*)" not found.*/\1/p' <<< "$message" | sed -n 1p)
            fail "There is no namespace $missing yet.
To do:    kubectl create namespace $missing" ;;
        *)
            message=${message//STDIN/$*}
            # Of a changed manifest, Kubernetes shows all that it holds before the field that it does not know.
            [[ $message != *"strict decoding error: "* ]] || message="Kubernetes does not take $*: ${message##*strict decoding error: }"
            # A further lesson has no files of its own to go back to.
            case ${SCENARIO_DIR:-} in */more/*) fail "$message" ;; esac
            fail "$message
Mend what it says in $*, and run the same command again; or have the lesson's own files back, where yours are kept as mine/…
To do:    scripts/go-back.sh" ;;
    esac
done
fail "$message
Seldon's webhook did not answer for 40 seconds.
To do:    kubectl get pods -n seldon-system"
