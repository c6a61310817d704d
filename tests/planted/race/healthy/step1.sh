test -s ~/plate || { echo 'There is no plate yet.'; exit 1; }
