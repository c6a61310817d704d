test -e ~/app/started.txt || { echo 'There is no app/started.txt yet.'; exit 1; }
