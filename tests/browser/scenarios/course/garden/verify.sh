[ -e ~/done ] || echo "~/done is missing. To do: touch ~/done" > "$VERIFICATION_FAILURE_REASON"; [ -e ~/done ]
