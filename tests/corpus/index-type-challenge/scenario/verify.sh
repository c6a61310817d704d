test -e /root/ship
