mkdir -p ~/work
