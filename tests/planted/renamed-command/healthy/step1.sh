[ "$(cat ~/sorted)" = $'a\nb' ] || { echo 'There is no sorted yet.'; exit 1; }
