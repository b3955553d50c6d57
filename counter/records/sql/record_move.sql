update record set seq = ?, bytes = ? where seq = ?
