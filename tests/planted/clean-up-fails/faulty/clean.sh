rm ~/leaves
