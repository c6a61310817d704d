[ -e ~/solved ] || { echo "Not solved yet."; exit 1; }
