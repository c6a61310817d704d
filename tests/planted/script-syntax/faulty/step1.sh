if test -e ~/leaf; then exit 0
echo 'There is no leaf yet.'
exit 1
