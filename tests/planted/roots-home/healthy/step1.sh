test -e ~/copied || { echo 'There is no copied yet.'; exit 1; }
