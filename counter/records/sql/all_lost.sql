select first, last, reason, crc from lost
