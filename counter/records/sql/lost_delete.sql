delete from lost where first = ?
