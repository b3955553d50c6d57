select * from writing.find_key(%(prefix)s)
