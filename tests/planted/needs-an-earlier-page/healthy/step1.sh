test -e ~/plans || { echo 'There is no plans yet.'; exit 1; }
