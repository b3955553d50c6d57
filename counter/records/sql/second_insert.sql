insert into second (first, last, tally, crc) values (?, ?, ?, ?)
