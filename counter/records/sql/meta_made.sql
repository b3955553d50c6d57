update meta set last_seq = ?
