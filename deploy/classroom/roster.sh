#!/usr/bin/env bash
# Prints the names on a roster, one on each line: without comments, empty lines, and what editors put before or after.
# Usage: deploy/classroom/roster.sh names.txt
set -euo pipefail
sed -e $'1s/^\xef\xbb\xbf//' -e 's/#.*//' "${1:?"usage: deploy/classroom/roster.sh names.txt"}" | tr -s ' \t\r\n' '\n' | sed '/^$/d'
