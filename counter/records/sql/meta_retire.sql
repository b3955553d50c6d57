update meta set retired = 1
