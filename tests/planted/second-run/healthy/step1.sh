test -e ~/done || { echo 'There is no done yet.'; exit 1; }
