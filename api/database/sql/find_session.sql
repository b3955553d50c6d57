select * from reading.find_session(%(prefix)s)
