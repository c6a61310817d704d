rm ~/leaf
