select * from writing.login_list()
