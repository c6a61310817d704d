export PATH=$PATH:/opt
cd /root
