#!/usr/bin/env bash
# Scenarios in real containers, with the engine that airgap finds or installs and the base image that it gets or builds.
# Usage: test-containers.sh PYTHON
set -euo pipefail
python=${1:?give the Python that has pytest, for example .venv/bin/python}
cd "$(dirname "${BASH_SOURCE[0]}")/.."

settings=$(python3 -m airgap engine)
set -a
eval "$settings"
set +a
HANDRAIL_TEST_IMAGE=$(python3 -m airgap base)
export HANDRAIL_TEST_IMAGE
"$python" -m pytest tests/unit/handrail/runtime/test_containers.py
