test -e ~/version || { echo 'There is no version yet.'; exit 1; }
