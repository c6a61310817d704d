test -e ~/mine && test -e ~/asked || { echo 'There is no mine yet.'; exit 1; }
