#!/usr/bin/env bash
# Prints where Seldon Core's chart is: the publisher's, where its images can be had and can run, else the stand-in's folder.
# LESSON_SELDON=standin asks for the stand-in. Needs helm.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
ORIGINAL_CHARTS=https://storage.googleapis.com/seldon-charts
chart="$STATE/seldon-core-operator-$SELDON_VERSION.tgz"

if [ "${LESSON_SELDON:-}" = standin ]; then
    echo "Seldon Core: the stand-in, as LESSON_SELDON asks." >&2
elif [ "$(uname -m)" != x86_64 ]; then
    echo "Seldon Core: the stand-in, because Seldon's own images are for x86_64 only." >&2
elif ! airgap registry-reachable; then
    echo "Seldon Core: the stand-in, because no container registry can be reached from here." >&2
elif [ -s "$chart" ] || helm pull seldon-core-operator --repo "$ORIGINAL_CHARTS" --version "$SELDON_VERSION" -d "$STATE" >&2; then
    echo "Seldon Core: the publisher's chart $SELDON_VERSION." >&2
    echo "$chart"
    exit 0
else
    echo "Seldon Core: the stand-in, because the publisher's chart could not be fetched." >&2
fi
echo "$SOURCE_DIR/standin/chart"
