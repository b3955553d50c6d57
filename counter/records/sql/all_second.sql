select first, last, tally, crc from second
