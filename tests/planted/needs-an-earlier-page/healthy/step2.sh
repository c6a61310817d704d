test -e ~/plans/one || { echo 'There is no plans/one yet.'; exit 1; }
