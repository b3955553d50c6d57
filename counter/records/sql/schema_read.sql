select type, name, sql from sqlite_master where name not like 'sqlite\_%' escape '\'
