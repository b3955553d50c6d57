-- A damaged run stays as it is: its checksum must not become right.
update second set last = ?, crc = checksum('second', first, ?, tally)
where last = ? - 1 and tally = ? and ? - first < ? and crc = checksum('second', first, last, tally)
