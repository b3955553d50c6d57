select first, last, reason from lost where last >= ? and first <= ? order by first
