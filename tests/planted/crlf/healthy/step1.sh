test -e ~/ran || { echo 'There is no ran yet.'; exit 1; }
