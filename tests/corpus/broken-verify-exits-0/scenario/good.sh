[ -d /root/app ] && echo "done"
