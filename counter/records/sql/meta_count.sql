update meta
set records = (select count(*) from record), bytes = (select coalesce(sum(length(bytes)), 0) from record)
