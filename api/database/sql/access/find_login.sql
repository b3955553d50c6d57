select * from reading.find_login(%(prefix)s)
