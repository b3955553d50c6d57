select first, last, tally, crc from second where last < ? order by first
