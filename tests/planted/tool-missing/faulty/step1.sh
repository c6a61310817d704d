test -e ~/leaf && leafcheck ~/leaf
