echo "One bed is dug"
