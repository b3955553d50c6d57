select * from writing.find_session(%(prefix)s)
