if [ -e ~/slow ]; then until [ -e ~/checked ]; do sleep 0.05; done; fi
[ -e ~/north/seeds.txt ] && exit 0
echo "The north bed is empty: copy seeds.txt into ~/north." > "$VERIFICATION_FAILURE_REASON"
exit 1
