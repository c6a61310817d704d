while [ ! -f ~/never-ready ]; do sleep 1; done
