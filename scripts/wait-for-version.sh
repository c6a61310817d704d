#!/usr/bin/env bash
# Waits until predictions through the learner's port are answered by the model's image of one version. Says every ten
# seconds what it waits for, and stops early when the new pod cannot start.
# Usage: scripts/wait-for-version.sh VERSION
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_prepared
version=${1:?"usage: scripts/wait-for-version.sh VERSION, for example 0.2"}

ask() {
    curl -s -m 5 "$SELDON_URL/api/v1.0/predictions" -H 'Content-Type: application/json' -d '{"data": {"ndarray": [[5.1, 3.5, 1.4, 0.2]]}}'
}

deployed=$(kubectl get sdep iris-model -n "$NAMESPACE" -o jsonpath='{.spec.predictors[0].componentSpecs[0].spec.containers[0].image}' 2>/dev/null || true)
[ "${deployed##*:}" = "$version" ] ||
    fail "The SeldonDeployment iris-model runs ${deployed:-nothing}, so version $version will not come.
To do:    sed -i.mine 's|iris-classifier:.*|iris-classifier:$version|' manifests/iris.yaml && kubectl apply -n $NAMESPACE -f manifests/iris.yaml && scripts/wait-for-version.sh $version"
echo "Waiting for the answers of version $version"
"$scripts/wait-for.sh" sdep/iris-model -n "$NAMESPACE"
for second in $(seq 60); do
    said=$(ask || true)
    answer=$(grep -o 'iris-classifier:[^"]*' <<< "$said" | sed -n 1p || true)
    if [ "$answer" = "iris-classifier:$version" ]; then
        echo "Version $version answers."
        exit 0
    fi
    # An error does not say whose it is: the version before may answer for a moment.
    error=$(sed -nE 's/.*"info": *"(([^"\\]|\\.)*)".*"reason".*/\1/p' <<< "$said")
    if [ -z "$answer" ] && [ -n "$error" ] && [ "$second" -ge 5 ]; then
        fail "The class of version $version answers with an error: $error
Mend model/IrisModel.py and build it under another version, or have version 0.1 back:
To do:    scripts/go-back.sh"
    fi
    [ $((second % 10)) != 0 ] || echo "… waiting for version $version; now ${answer:-nothing} answers on $SELDON_URL"
    sleep 1
done
fail "On $SELDON_URL ${answer:-nothing} answers, not version $version.
To do:    scripts/reopen-port.sh && scripts/wait-for-version.sh $version"
