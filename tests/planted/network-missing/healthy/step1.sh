test -e ~/fetched || { echo 'There is no fetched yet.'; exit 1; }
