select
  (select count(*) from record where settled_ms is null)
  + (select coalesce(sum(last - first + 1), 0) from lost)
