rm -f ~/server.pid
