echo "digging the beds"
until [ -e ~/go ] || [ -n "${GARDEN_READY:-}" ]; do sleep 0.05; done
echo "beds are dug"
