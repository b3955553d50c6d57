select first, last, reason from lost where last = ? and reason = ?
