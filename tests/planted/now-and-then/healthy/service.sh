#!/usr/bin/env bash
# Answers every other time.
if rmdir "$SCENARIO_DIR/up" 2> /dev/null; then exit 1; fi
mkdir "$SCENARIO_DIR/up"
