#!/usr/bin/env bash
# Puts the programs contour and envoy, and the kinds of the Gateway API, into ~/seldon-iris/edge: Contour is built from
# source the first time (three to four minutes on two cores), the others are fetched; then all is cached.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PYTHONPATH="$SOURCE_DIR" "$(host_python)" "$scripts/make_edge.py" "$LESSON_DIR/edge"
echo "Ready: contour, envoy and kinds/ in $LESSON_DIR/edge"
