test -e ~/noted || { echo 'There is no noted yet.'; exit 1; }
