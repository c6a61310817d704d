test -s ~/said || { echo 'There is no said yet.'; exit 1; }
