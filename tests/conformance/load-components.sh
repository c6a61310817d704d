#!/usr/bin/env bash
# Builds the image of the recordings' components and loads it into a kind node under the names that the manifests use.
# Usage: load-components.sh CLUSTER [COMPONENTS-FOLDER]. Safe to run again.
set -euo pipefail
cluster=${1:?give the kind cluster, for example: load-components.sh seldon-iris}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
components=${2:-$here/vectors/components}
names=(iris-model:0.1 iris-model:0.2 parts:0.1 parts:0.2)

context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
cp "$components"/*.py "$components"/*.json "$root/assets/model/requirements.txt" "$context"
cat >"$context/Containerfile" <<'CONTAINERFILE'
ARG BASE=docker.io/library/python:3.11-slim
FROM ${BASE}
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY *.py *.json /app/
# The last digits depend on the kind of processor; the recordings were made on this one.
ENV OPENBLAS_CORETYPE=Haswell
RUN python3 train.py
CMD ["seldon-core-microservice", "IrisModel", "--service-type", "MODEL"]
CONTAINERFILE

cd "$root"
eval "$(python3 -m airgap engine | sed 's/^/export /')"
base=$(python3 -m airgap base)
reference=localhost/conformance-components:1
python3 -m airgap build --tag "$reference" --build-arg "BASE=$base" "$context" -f "$context/Containerfile"
python3 -m airgap load "$reference" --cluster "$cluster"
for name in "${names[@]}"; do
  "${ENGINE:?}" exec "$cluster-control-plane" ctr --namespace k8s.io images tag --force "$reference" "localhost/$name"
done
