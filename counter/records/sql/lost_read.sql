select first, last, reason from lost where last > ? order by first limit ?
