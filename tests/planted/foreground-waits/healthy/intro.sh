touch ~/ready
while [ ! -f ~/ready ]; do sleep 1; done
