insert or ignore into second (first, last, tally, crc) values (?, ?, ?, ?)
