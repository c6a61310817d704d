rmdir "$SCENARIO_DIR/registered"
