until test -e ~/asked; do sleep 0.2; done
sleep 5
echo data > ~/data.tmp
mv ~/data.tmp ~/data
