select count(*), coalesce(sum(length(bytes)), 0) from record
