while [ ! -f /tmp/finished ]; do sleep 1; done
while [ ! -f /tmp/made ]; do sleep 1; done
while [ ! -f /opt/katacoda-background-finished ]; do sleep 1; done
