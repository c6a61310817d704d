grep -q Ada ~/letter || { echo 'There is no letter yet.'; exit 1; }
