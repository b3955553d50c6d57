update lost set last = ? where last = ? and reason = ?
