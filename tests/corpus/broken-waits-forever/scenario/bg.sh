touch /tmp/made
