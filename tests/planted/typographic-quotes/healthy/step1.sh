grep -qx late ~/said || { echo 'There is no said yet.'; exit 1; }
