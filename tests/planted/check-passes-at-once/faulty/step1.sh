test -d ~
