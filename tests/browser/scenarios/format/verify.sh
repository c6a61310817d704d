test -e passed
