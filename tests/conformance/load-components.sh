#!/usr/bin/env bash
# Builds the images of the recordings' components, the wrapper's and MLServer's, and loads them into a kind node under
# the names that the manifests use.
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

mkdir "$context/v2"
cp "$here"/v2/*.py "$root/more/frameworks/assets/server/requirements.txt" "$context/v2"
cat >"$context/v2/Containerfile" <<'CONTAINERFILE'
ARG BASE=docker.io/library/python:3.11-slim
FROM ${BASE}
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --no-deps -r requirements.txt
COPY *.py /app/
RUN python3 lay_out.py /mnt
# A pod's user may write nowhere else.
WORKDIR /tmp
ENV OPENBLAS_CORETYPE=Haswell MLSERVER_DEBUG=false
CMD ["mlserver", "start", "/mnt/models"]
CONTAINERFILE

cd "$root"
eval "$(python3 -m airgap engine | sed 's/^/export /')"
base=$(python3 -m airgap base)
load() { # FOLDER REFERENCE NAME...
    python3 -m airgap build --tag "$2" --build-arg "BASE=$base" "$1" -f "$1/Containerfile"
    python3 -m airgap load "$2" --cluster "$cluster"
    local name
    for name in "${@:3}"; do
        "${ENGINE:?}" exec "$cluster-control-plane" ctr --namespace k8s.io images tag --force "$2" "localhost/$name"
    done
}
load "$context/v2" localhost/conformance-mlserver:1 v2-iris:0.1
rm -r "$context/v2"
load "$context" localhost/conformance-components:1 "${names[@]}"
