update lost set last = ?, crc = ? where first = ?
