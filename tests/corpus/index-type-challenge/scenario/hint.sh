echo "You began $1 seconds ago."
