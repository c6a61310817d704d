test -e ~/leaf || { touch ~/leaf; exit 1; }
