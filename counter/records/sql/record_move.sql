update record set seq = ?, bytes = ?, crc = ? where seq = ?
