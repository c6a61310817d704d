test -e ~/tree || { echo 'There is no tree yet.'; exit 1; }
