test -e ~/installed || { echo 'There is no installed yet.'; exit 1; }
