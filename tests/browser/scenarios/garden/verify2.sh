[ -e ~/north/water ] && exit 0
echo "The bed is still dry."
exit 1
