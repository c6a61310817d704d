until test -e ~/flower; do sleep 0.2; done
