#!/usr/bin/env bash
# Closes this lesson's ports and deletes its namespace; the cluster stays for the next lesson.
exec bash "$SCENARIO_DIR/../../scripts/clean-namespace.sh" java
