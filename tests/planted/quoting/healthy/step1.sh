test -e ~/copy || { echo 'There is no copy yet.'; exit 1; }
