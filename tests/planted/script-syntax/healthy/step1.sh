if test -e ~/leaf; then exit 0; fi
echo 'There is no leaf yet.'
exit 1
