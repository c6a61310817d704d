test -e ~/one && test -e ~/two || { echo 'There is no two yet.'; exit 1; }
