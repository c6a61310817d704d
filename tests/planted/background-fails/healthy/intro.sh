echo data > ~/data
