select * from writing.session_list()
