[ -d ~ ] && echo "The garden is open"
