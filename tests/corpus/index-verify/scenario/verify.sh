stat /root/ship
