echo "Nothing is left"
