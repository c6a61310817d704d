if [ -d /root/app ]; then
  echo "done"
fi
