grep -q Ada ~/name || { echo 'There is no name yet.'; exit 1; }
