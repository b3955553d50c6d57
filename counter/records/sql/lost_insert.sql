insert into lost (first, last, reason, crc) values (?, ?, ?, ?)
