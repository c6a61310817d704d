test -e ~/seen || { echo 'There is no seen yet.'; exit 1; }
