insert into second (first, last, tally) values (?, ?, ?)
