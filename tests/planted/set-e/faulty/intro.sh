set -e
mkdir -p ~/work
