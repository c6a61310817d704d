test -e ~/one && test -e ~/two && test -e ~/three || { echo 'There is no three yet.'; exit 1; }
