[ ! -e ~/north ] || touch "$HANDRAIL_WORKSPACE/cleared"
