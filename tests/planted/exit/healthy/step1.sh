test -e ~/left || { echo 'There is no left yet.'; exit 1; }
