delete from second where last < ?
