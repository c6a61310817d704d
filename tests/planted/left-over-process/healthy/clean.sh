kill "$(cat ~/server.pid)"
