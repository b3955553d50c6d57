-- How large the database is, and how large it may become by `platspuls db limit` (null: nobody said). One row. The write-ahead
-- log, the server's own log and whatever else lies on the disk are not in it: SQL can't see them.
create view reading.store_size as
select
  size.bytes,
  size_limit.bytes as limit_bytes,
  round(size.bytes::numeric / size_limit.bytes, 4) as share
from (select pg_database_size(current_database()) as bytes) as size
left join platspuls.size_limit on true;
