echo "the garden is yours"
