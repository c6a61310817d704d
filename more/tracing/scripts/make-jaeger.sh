#!/usr/bin/env bash
# Puts the program jaeger into ~/seldon-iris/jaeger: built from source the first time (about five minutes), then cached.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PYTHONPATH="$SOURCE_DIR" "$(host_python)" "$scripts/make_jaeger.py" "$LESSON_DIR/jaeger"
echo "Ready: $LESSON_DIR/jaeger/jaeger"
