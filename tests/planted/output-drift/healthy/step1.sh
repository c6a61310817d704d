test -s ~/seen || { echo 'There is no seen yet.'; exit 1; }
