test -e ~/leaf && echo done
