test -e ~/leaf || { echo 'There is no leaf yet.'; exit 1; }
