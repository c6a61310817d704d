test -e ~/app/start.txt || { echo 'There is no app/start.txt yet.'; exit 1; }
