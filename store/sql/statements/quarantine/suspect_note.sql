-- Notes what was being stored when ingest ended by a fault.
insert into platspuls.suspect as suspect (mark)
select mark from unnest(%(marks)s::text[]) as mark order by mark
on conflict (mark) do update set crashes = suspect.crashes + 1, last_at = now()
