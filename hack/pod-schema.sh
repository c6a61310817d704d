#!/usr/bin/env bash
# Makes standin/seldon_standin/operator/pods.json: the schema of pods, metrics and what else of Kubernetes' own types is
# part of a SeldonDeployment. Needs Go and its module registry; run it again only when hack/pod-schema changes, and after
# it  python -m seldon_standin.operator.schema > standin/chart/files/schema.json  (with PYTHONPATH=standin).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/pod-schema"

CONTROLLER_GEN=sigs.k8s.io/controller-tools/cmd/controller-gen@v0.19.0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# controller-gen is run where its own dependencies cannot change go.mod.
(cd "$scratch" && GOFLAGS=-mod=mod GOBIN="$scratch" go install "$CONTROLLER_GEN")
"$scratch/controller-gen" crd:maxDescLen=0 paths=. output:crd:stdout > "$scratch/parts.yaml"

"${PYTHON:-../../.venv/bin/python}" - "$scratch/parts.yaml" > ../../standin/seldon_standin/operator/pods.json <<'PYTHON'
import json
import sys

import yaml


def plain(rule):
    """Without what says nothing: empty defaults, and that a list is replaced as a whole, as all lists are."""
    if isinstance(rule, list):
        return [plain(inner) for inner in rule]
    if not isinstance(rule, dict):
        return rule
    dull = (("default", ""), ("x-kubernetes-list-type", "atomic"))
    return {key: plain(inner) for key, inner in rule.items() if (key, inner) not in dull}


with open(sys.argv[1], encoding="utf-8") as made:
    (version,) = yaml.safe_load(made)["spec"]["versions"]
parts = version["schema"]["openAPIV3Schema"]["properties"]
for key in ("apiVersion", "kind", "metadata"):
    del parts[key]
print(json.dumps(plain(parts), separators=(",", ":"), sort_keys=True))
PYTHON
