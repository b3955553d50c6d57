delete from record where seq between ? and ?
