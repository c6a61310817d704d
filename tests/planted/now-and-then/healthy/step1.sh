test -e ~/answered || { echo 'There is no answered yet.'; exit 1; }
