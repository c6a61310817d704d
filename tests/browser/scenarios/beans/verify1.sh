[ -e ~/bed/bean ] && [ -e ~/label.txt ] && exit 0
echo "The bed is empty: plant a bean in it." > "$VERIFICATION_FAILURE_REASON"
exit 1
