select * from reading.find_key(%(prefix)s)
