test -s ~/name || { echo 'There is no name yet.'; exit 1; }
