test -s ~/server.pid && kill -0 "$(cat ~/server.pid)" || { echo 'There is no server.pid yet.'; exit 1; }
