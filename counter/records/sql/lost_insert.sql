insert into lost (first, last, reason) values (?, ?, ?)
