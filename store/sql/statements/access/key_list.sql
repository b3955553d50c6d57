select * from writing.key_list()
